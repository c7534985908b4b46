/** Tasks that read live tables. */
package io.dynamodblake.spark.scan;
