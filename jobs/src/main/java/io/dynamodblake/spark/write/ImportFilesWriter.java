package io.dynamodblake.spark.write;

import io.dynamodblake.spark.run.FileJob;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the lines of one task into as many import files as they need; no lines, no file. One
 * writer a thread.
 */
public final class ImportFilesWriter implements Closeable {
  private final FileJob.TaskFiles files;
  private final ImportCompression compression;
  private final String extension;
  private final long mostLines;
  private final long mostBytes;
  private final List<ImportFile> finished = new ArrayList<>();
  private ImportFileWriter file;

  /**
   * @param mostLines lines of one file
   * @param mostBytes bytes of one file as it is stored, about
   */
  public ImportFilesWriter(
      FileJob.TaskFiles files,
      ImportFormat format,
      ImportCompression compression,
      long mostLines,
      long mostBytes) {
    this.files = files;
    this.compression = compression;
    this.extension = format.extension() + compression.extension();
    this.mostLines = mostLines;
    this.mostBytes = mostBytes;
  }

  /**
   * Writes one line.
   *
   * @param line with its line feed at the end, and no other one
   */
  public void line(byte[] line, int offset, int length) throws IOException {
    if (file == null) {
      file = ImportFileWriter.create(files.newFile(extension), compression, files.configuration());
    }
    file.line(line, offset, length);
    if (file.lines() >= mostLines || file.storedBytes() >= mostBytes) {
      roll();
    }
  }

  private void roll() throws IOException {
    finished.add(file.finish());
    file = null;
  }

  /** Ends the last file and says what was written, in order. */
  public List<ImportFile> finish() throws IOException {
    if (file != null) {
      roll();
    }
    return List.copyOf(finished);
  }

  /** Closes a file that is still open, after a failure; it is then not to be used. */
  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
