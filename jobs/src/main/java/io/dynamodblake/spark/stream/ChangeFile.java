package io.dynamodblake.spark.stream;

import java.io.Serializable;

/**
 * A data file that was written.
 *
 * @param bytes how long it is, as it is stored
 * @param md5 of these bytes, in base64
 */
record ChangeFile(String name, long records, long bytes, String md5) implements Serializable {
  private static final long serialVersionUID = 1L;
}
