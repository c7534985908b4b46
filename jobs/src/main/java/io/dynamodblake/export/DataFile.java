package io.dynamodblake.export;

import java.io.Serializable;
import java.util.Objects;

/**
 * One data file of an export. Shipped to executors.
 *
 * @param index position in the manifest, from 0; identifies the file within a run
 * @param path where it is read from, relocation applied
 * @param key the name used in messages and reports: the key in the manifest, or the path where
 *     there is none
 * @param itemCount items the manifest promises, or -1 without a manifest
 * @param md5 base64 MD5 of the stored bytes, or empty without a manifest
 * @param length stored bytes, or -1 if not known (a manifest does not tell)
 */
public record DataFile(int index, String path, String key, long itemCount, String md5, long length)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public DataFile {
    Objects.requireNonNull(path, "path is null");
    Objects.requireNonNull(key, "key is null");
    Objects.requireNonNull(md5, "md5 is null");
  }

  DataFile withLength(long newLength) {
    return new DataFile(index, path, key, itemCount, md5, newLength);
  }
}
