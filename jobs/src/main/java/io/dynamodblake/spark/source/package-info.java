/** The data source {@code dynamodb-export}; a thin shell. */
package io.dynamodblake.spark.source;
