"""Reading a mirror: queries and filters as frames, SQL, lists answered from it, earlier versions, reports."""
