"""The one read path: functions of a reader and a viewer that answer with documents or pages."""
