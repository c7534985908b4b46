package io.dynamodblake.ml;

import java.io.Serializable;

/**
 * A file of a training set.
 *
 * @param path relative to its folder
 * @param md5 of its bytes, in hex digits
 */
record Written(int split, String path, long bytes, long rows, String md5) implements Serializable {
  private static final long serialVersionUID = 1L;
}
