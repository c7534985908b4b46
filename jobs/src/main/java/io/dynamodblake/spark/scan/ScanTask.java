package io.dynamodblake.spark.scan;

import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.ScanOrder;
import io.dynamodblake.aws.TableScan;
import io.dynamodblake.export.Digests;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.spark.run.LiveReads;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/**
 * Reads segments of a table into data files, one each, on an executor. Not under a commit protocol:
 * a segment that is finished stays, whatever becomes of the job, and its marker says so.
 *
 * @param folder the export
 * @param unitsPerSecond the share of this task; infinite for no limit
 */
record ScanTask(
    AwsSettings settings,
    String userAgent,
    ScanOrder order,
    String folder,
    int segments,
    double unitsPerSecond,
    HadoopConfiguration hadoop,
    LiveReads.Counter counter)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int NAME_LETTERS = 26;

  /** The segments, as {@link ScannedSegment}s. */
  ArrayList<ScannedSegment> run(int[] own) throws IOException {
    ArrayList<ScannedSegment> scanned = new ArrayList<>();
    try (AwsClients clients = new AwsClients(settings, userAgent)) {
      TableScan scan = new TableScan(clients, Pauses.REAL);
      LakeFiles files = new LakeFiles(hadoop.configuration());
      JsonItemWriter writer = new JsonItemWriter();
      for (int segment : own) {
        ScannedSegment done = write(scan, segment, writer);
        files.replace(ScanFolder.marker(folder, segment), done.toJson());
        scanned.add(done);
      }
    }
    return scanned;
  }

  private ScannedSegment write(TableScan scan, int segment, JsonItemWriter writer)
      throws IOException {
    // a name of its own for each attempt, so that one that was given up cannot spoil another's file
    String name =
        UUID.randomUUID().toString().replace("-", "").substring(0, NAME_LETTERS) + ".json.gz";
    Path path = new Path(ScanFolder.child(folder, ScanFolder.DATA), name);
    Configuration configuration = hadoop.configuration();
    FileSystem files = path.getFileSystem(configuration);
    MessageDigest md5 = Digests.md5();
    TableScan.Totals totals;
    long bytes;
    boolean whole = false;
    try {
      try (FSDataOutputStream stored = files.create(path, false, BUFFER_BYTES);
          OutputStream digested = new DigestOutputStream(stored, md5);
          GZIPOutputStream zipped = new GZIPOutputStream(digested, BUFFER_BYTES)) {
        writer.reset();
        totals =
            scan.segment(
                order,
                segment,
                segments,
                unitsPerSecond,
                writer,
                items -> {
                  zipped.write(writer.bytes(), 0, writer.length());
                  writer.reset();
                  counter.items(items);
                  if (TaskContext.get().isInterrupted()) {
                    throw new TaskKilledException("the scan was given up");
                  }
                });
        zipped.finish();
        bytes = stored.getPos();
      }
      whole = true;
    } finally {
      if (!whole) {
        files.delete(path, false);
      }
    }
    return new ScannedSegment(
        segment,
        segments,
        totals.items(),
        totals.pages(),
        totals.readUnits(),
        name,
        bytes,
        Base64.getEncoder().encodeToString(md5.digest()));
  }
}
