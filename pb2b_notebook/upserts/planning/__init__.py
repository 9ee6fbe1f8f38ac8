"""What to do about each row: decided from the rows and the current leads, without sending anything.

=================  =======================================================================
Module             What it does
=================  =======================================================================
``desired_rows``   a frame → the rows as they should be; ``flat_lists`` reads joined text
``match_keys``     by which field a row finds its lead, and in which form
``current_leads``  the leads that the rows are compared with
``hidden_values``  values that lists leave out, and that only a lead by itself has
``protection``     leads that no plan changes, such as those that opted out
``matching``       the lead of each row
``new_leads``      leads that were created after a plan looked
``opted_out``      people who opted out and come back by another address; ``opt_out_kinds`` words why
``past_dates``     whether a cell of a list is a date that is past
``label_pairs``    pairs of columns with the name of a field and its value, read as column and cell
``decide``         **the decision**: create, update, skip or refuse
``reasons``        why a row is not written, and which reasons are **conflicts** when planning
``decisions``      the rules and the result
``checking``       problems of single cells
=================  =======================================================================
"""
