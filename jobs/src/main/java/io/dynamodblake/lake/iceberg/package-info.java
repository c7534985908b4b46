/**
 * Snapshots that Iceberg keeps: the table, what is staged and published; alone knows Iceberg's
 * classes.
 */
package io.dynamodblake.lake.iceberg;
