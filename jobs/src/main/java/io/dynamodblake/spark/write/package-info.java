/** The data source {@code dynamodb-import}, and the files for an import. */
package io.dynamodblake.spark.write;
