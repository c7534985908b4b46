/** Table schema to Spark's and back, values to rows and from rows. */
package io.dynamodblake.spark.convert;
