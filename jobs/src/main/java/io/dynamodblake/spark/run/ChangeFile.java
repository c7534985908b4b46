package io.dynamodblake.spark.run;

import java.io.Serializable;

/**
 * A data file of changes that was written.
 *
 * @param bytes how long it is, as it is stored
 * @param md5 of these bytes, in base64
 */
public record ChangeFile(String name, long records, long bytes, String md5)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
