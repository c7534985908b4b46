/**
 * Statements and type strings for Athena and Glue, made from a table schema or a profile.
 *
 * <p>{@link io.dynamodblake.ddl.AthenaDdl} writes the statements for a lake table, {@link
 * io.dynamodblake.ddl.RawExportDdl} those for an untouched export; both only make text, they run
 * nothing. A new column type is named in {@link io.dynamodblake.ddl.AthenaTypes}, a new file format
 * in {@link io.dynamodblake.ddl.TableFormat}. The rules are those of Hive's grammar as Athena
 * documents it: names in backticks, reserved words quoted inside type strings too, one statement a
 * query.
 */
package io.dynamodblake.ddl;
