package io.dynamodblake.ddl;

/**
 * A column as the Glue catalog stores it.
 *
 * @param type Hive type string without spaces and without backticks
 * @param comment at most 255 bytes in UTF-8; empty for none
 */
public record AthenaColumn(String name, String type, String comment) {}
