package io.dynamodblake.io;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The few things that reading an export asks of a store. Paths are whole, with their scheme ({@code
 * s3a://bucket/key}, {@code file:/dir/file}), and use {@code /}; {@link #qualify} makes them so.
 */
public interface ObjectStore {

  /**
   * Returns the whole path, with scheme and without a trailing slash, of what a user wrote. Asks
   * nothing of the store.
   *
   * @throws IllegalArgumentException if the text is no path
   */
  String qualify(String path) throws IOException;

  /**
   * Opens an object for one sequential read from its first byte.
   *
   * @throws java.io.FileNotFoundException if there is no such object
   */
  InputStream open(String path) throws IOException;

  /**
   * Opens as {@link #open(String)} does, for an object whose length in bytes the caller knows,
   * which saves a request to some stores.
   *
   * @param length stored bytes, or -1 if not known
   */
  default InputStream open(String path, long length) throws IOException {
    return open(path);
  }

  /**
   * Returns the length of an object in bytes. One request to the store: not for use once per data
   * file of an export.
   */
  long length(String path) throws IOException;

  /** Returns whether there is an object or a directory of this path. */
  boolean exists(String path) throws IOException;

  /** Returns whether there is a directory of this path. */
  boolean isDirectory(String path) throws IOException;

  /** Returns the direct children of a directory, sorted by name; empty if there is none. */
  List<Entry> list(String directory) throws IOException;

  /** A child of a directory. The length is 0 for directories. */
  record Entry(String path, boolean directory, long length) {
    /** Returns the last part of its path. */
    public String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }
}
