"""Make one call: from the arguments of Python to a record or a frame.

==================================  ====================================================================================
Module                              What it does
==================================  ====================================================================================
``signatures``                      the signature and the docstring of a call
``binding``                         **arguments → path, query and body**; nothing is sent
``options``                         the options of a list beside its filters
``identifiers``, ``named_filters``  an object as an id; names of countries and members in filters
``own_statuses``                    the status words of a service: what they mean, and lists that are asked for by them
``session``                         **runs a call**: a list → frame (of what was read, after Ctrl-C), an object → record
``records``                         one object of the API, with its fields as attributes
``list_summary``                    the newest object of a list and their number, in one request
``mutating``                        a write whose effect happens once, whatever breaks
``confirming``, ``created_ids``     whether a write took effect that was answered without its object, and under which id
``job_words``                       what the status of a job means
``lost_creations``                  what became of a creation whose response was lost, by the objects of its list
``lost_actions``                    what became of a publication, pause or cancellation whose response was lost
``same_object``                     whether a response is about the object of its request
``custom_fields``                   keeps custom fields that a write does not name
``absent_fields``                   keeps the other fields that an upsert does not name
``left_out_fields``                 which fields of leads the lists of a service leave out
``upsert_steps``                    an upsert in steps, where the service has none
``bulk_rows``, ``bulk_items``       what became of each row of a bulk upsert, in whatever form it is answered
``drift_reports``                   warnings about responses that deviate from the contract
==================================  ====================================================================================
"""
