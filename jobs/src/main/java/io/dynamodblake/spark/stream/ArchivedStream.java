package io.dynamodblake.spark.stream;

import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How far an archive has the stream of a table, as its checkpoint says.
 *
 * @param table name of the table
 * @param coveredTo every change before this time is in the archive, or was not wanted
 */
public record ArchivedStream(String table, String tableArn, Instant coveredTo) {
  /** The folder that tells archives from other prefixes of exports. */
  public static final String STATE = "_dynamodb-stream";

  private static final String CHECKPOINT = ".json";

  /**
   * Reads the checkpoints of an archive, one for each table whose stream is in it.
   *
   * @param root prefix of the archive
   * @throws io.dynamodblake.export.ExportFormatException if one of them is damaged
   */
  public static List<ArchivedStream> in(LakeFiles files, String root) throws IOException {
    String state = StreamFolder.child(root, STATE);
    List<ArchivedStream> streams = new ArrayList<>();
    for (String name : files.childNames(state)) {
      if (!name.endsWith(CHECKPOINT) || LakeFiles.isTemporary(name)) {
        continue;
      }
      String path = StreamFolder.child(state, name);
      files
          .read(path)
          .map(text -> StreamCheckpoint.ofJson(text, path))
          .ifPresent(
              checkpoint ->
                  streams.add(
                      new ArchivedStream(
                          name.substring(0, name.length() - CHECKPOINT.length()),
                          checkpoint.tableArn(),
                          checkpoint.coveredTo())));
    }
    return streams;
  }
}
