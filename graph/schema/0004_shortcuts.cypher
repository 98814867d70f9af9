// A tie's shortcuts are found by its id when it changes.
CREATE RANGE INDEX kakehashi_member_of_tie IF NOT EXISTS FOR ()-[r:MEMBER_OF]-() ON (r.tie);
CREATE RANGE INDEX kakehashi_operates_tie IF NOT EXISTS FOR ()-[r:OPERATES]-() ON (r.tie);
CREATE RANGE INDEX kakehashi_founded_tie IF NOT EXISTS FOR ()-[r:FOUNDED]-() ON (r.tie);
CREATE RANGE INDEX kakehashi_brokered_tie IF NOT EXISTS FOR ()-[r:BROKERED]-() ON (r.tie);
