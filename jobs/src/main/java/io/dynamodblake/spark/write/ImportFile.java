package io.dynamodblake.spark.write;

import java.io.Serializable;

/**
 * One import file, as its task knows it.
 *
 * @param name name in the folder of the job
 * @param lines items in it
 * @param bytes bytes of the lines before compression
 * @param length bytes of the file as it is stored
 * @param tail the last eight of them, or all there are, the last in the lowest byte: with gzip the
 *     CRC-32 and the length of the content, with zstd part of its checksum
 */
public record ImportFile(String name, long lines, long bytes, long length, long tail)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How many bytes at the end of a file {@link #tail} is about. */
  static final int TAIL_BYTES = Long.BYTES;
}
