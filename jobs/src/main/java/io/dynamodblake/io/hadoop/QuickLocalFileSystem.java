package io.dynamodblake.io.hadoop;

import org.apache.hadoop.fs.LocalFileSystem;

/**
 * Local files with their checksums as Hadoop has them, on a disk that needs no process for them.
 * Hadoop calls the constructor by reflection.
 */
public class QuickLocalFileSystem extends LocalFileSystem {
  public QuickLocalFileSystem() {
    super(new QuickRawFileSystem());
  }
}
