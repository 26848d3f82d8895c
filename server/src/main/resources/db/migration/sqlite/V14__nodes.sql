-- The process that has begun an enrollment and is to finish it: empty, where there is one at a time.
ALTER TABLE enrollment ADD COLUMN node TEXT NOT NULL DEFAULT '';
