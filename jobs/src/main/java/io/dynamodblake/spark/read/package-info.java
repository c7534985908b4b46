/** Tasks that read data files: cursors, accounts, what is set aside, the schema pass. */
package io.dynamodblake.spark.read;
