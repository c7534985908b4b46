/** Tasks that read the streams of live tables, and the archive that they write. */
package io.dynamodblake.spark.stream;
