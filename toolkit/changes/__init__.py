"""What changes for clients between two inventories: who is who, and who gains and loses what.

Pure functions over the model. What they say is about access, not about text: two configurations
that grant the same have no change between them.
"""
