-- Whether somebody is asking about the order under a lease right now: who wants to know more waits for that answer
-- instead of asking too. A lease that has ended (due_at) holds nothing.

ALTER TABLE orders ADD COLUMN held boolean NOT NULL DEFAULT false;
