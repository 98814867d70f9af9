// One identity for every node of Kakehashi: all loading goes through it.
CREATE CONSTRAINT kakehashi_id IF NOT EXISTS FOR (n:Kakehashi) REQUIRE n.id IS UNIQUE;
