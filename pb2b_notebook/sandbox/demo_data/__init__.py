"""A year of history for the demo workspaces.

=======================================================  =============================================================
Module                                                   What it does
=======================================================  =============================================================
``fill``                                                 **writes all of it** into a new sandbox
``workspace_setup``                                      settings, members, subscription
``seeding``                                              the leads, members and workspaces
``arrivals``, ``engagement``                             when leads arrive, and what happens to them
``lead_stories``                                         the story of a lead, drawn backwards from its current state
``custom_values``                                        custom fields, and plausible values
``data_errors``                                          realistic errors, each recorded
``platform_history``                                     what the platform did: runs the next three rows
``import_history``, ``export_history``, ``job_history``  imports, exports and their jobs
``ticket_history``, ``delivery_history``                 support tickets, webhooks
``prospector_history``                                   workflows that found leads
``campaign_history``                                     what campaigns sent, with its messages and logs
``campaign_plans``, ``past_campaigns``, ``past_runs``    the campaigns, as they were planned and as the API shows them
``templates``                                            filled databases, which new sandboxes copy
=======================================================  =============================================================
"""
