-- Second: that it is so. This reads the table as a whole, while others read and write it.
ALTER TABLE audit_event VALIDATE CONSTRAINT audit_event_first_range;
