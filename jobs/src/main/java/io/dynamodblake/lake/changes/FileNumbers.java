package io.dynamodblake.lake.changes;

import io.dynamodblake.lake.input.RowPlaces;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The numbers of files by the paths that rows tell, which are those of the row before, mostly. One
 * a task.
 */
final class FileNumbers {
  private final RowPlaces places;
  private UTF8String path;
  private int file;

  FileNumbers(RowPlaces places) {
    this.places = places;
  }

  /** Returns the number of a file, in the order in which the files were listed, from 0. */
  int of(UTF8String text) {
    if (!text.equals(path)) {
      path = text.clone();
      file = places.file(path.toString()) - 1;
      if (file < 0) {
        throw new IllegalStateException("A row is of a file that was not listed");
      }
    }
    return file;
  }
}
