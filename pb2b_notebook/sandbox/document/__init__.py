"""The OpenAPI document, generated from the routes.

=======================  ============================================
Module                   What it does
=======================  ============================================
``document``             the document
``fastapi_routes``       the operations as FastAPI declares them
``event_document``       the webhooks
``examples``, ``links``  examples by schema; links between operations
=======================  ============================================
"""
