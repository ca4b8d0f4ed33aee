-- Functions of earlier releases that no program of the compatible range calls any more. README.md says when a function is
-- named here. This file is the last: by then no view or trigger uses them.

DROP FUNCTION IF EXISTS devshare.make_sharing_view();
