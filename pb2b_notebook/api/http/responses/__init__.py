"""What one response says, whichever form the service gives it.

=================  ====================================================================================
Module             What it does
=================  ====================================================================================
``reply``          one response; ``headers`` what its headers say
``envelope``       a page or an object in a response; ``list_location`` finds rows elsewhere
``paging``         **the next cursor**, and whether a response proves the end of a list
``error_replies``  a response outside 2xx → a typed error
``empty_lists``    refusals that mean an empty list
``object_forms``   objects of another form as objects of the contract; ``single_values`` texts in lists
``object_ids``     their ids, ``object_parts`` their values in parts, ``object_texts`` their JSON
``time_values``    times in other forms; ``deletions`` who says that it is deleted, and since when
``flat_values``    tags that are one text, and custom fields beside the others
``status_labels``  what a service calls statuses that are numbers or ids
``deletion_words`` the records of a page that have a word of deletion
``deviations``     where an object differs from the contract
=================  ====================================================================================
"""
