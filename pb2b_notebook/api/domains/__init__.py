"""The domains of ``ws``, such as ``ws.leads``: their verbs, and those that make several requests.

====================================  ===============================================================================
Module                                What it does
====================================  ===============================================================================
``resources``                         **the verbs of each domain**, one line for each
``verbs``                             an operation of the contract as a verb
``stubs``                             writes ``resources.pyi`` for editors and type checkers
``list_schemas``                      ``ws.leads.schema()``: the columns of a list
``lead_counts``, ``lead_field_list``  ``ws.leads.count()``; ``ws.lead_fields.list()``
``import_runs``, ``import_rows``      ``ws.imports.create``: rows of any number, in pieces that are each sent once
``import_samples``                    one row first, where a service may clear what an import does not map
``export_rows``, ``export_files``     ``ws.exports``: exports by filters; the files that they leave
``launches``, ``campaign_runs``       ``ws.campaigns``: a launch in two steps; runs with the names of their campaigns
``campaign_leads``                    the leads that a campaign reached, and those that replied
``job_waiting``                       ``ws.jobs.wait``
``snapshots``                         ``ws.billing.snapshot()``, ``ws.settings.snapshot()``
``webhook_urls``                      the URL of a webhook, checked before it is sent
====================================  ===============================================================================
"""
