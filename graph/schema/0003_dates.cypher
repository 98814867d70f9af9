// Slices of time.
CREATE RANGE INDEX kakehashi_tie_earliest IF NOT EXISTS FOR (t:Tie) ON (t.earliest);
CREATE RANGE INDEX kakehashi_tie_latest IF NOT EXISTS FOR (t:Tie) ON (t.latest);
CREATE RANGE INDEX kakehashi_release_earliest IF NOT EXISTS FOR (r:Release) ON (r.earliest);
CREATE RANGE INDEX kakehashi_release_latest IF NOT EXISTS FOR (r:Release) ON (r.latest);
