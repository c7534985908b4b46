package io.dynamodblake.io.hadoop;

import io.dynamodblake.io.ObjectStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FutureDataInputStreamBuilder;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.util.functional.FutureIO;

/**
 * Any file system that Hadoop knows. {@code s3://} means {@code s3a://} unless a file system for
 * {@code s3} is configured, as it is on EMR. A path without a scheme lies in the default file
 * system. Safe for use by several threads.
 */
public final class HadoopObjectStore implements ObjectStore {
  private static final String READ_POLICY = "fs.option.openfile.read.policy";
  private static final String READ_LENGTH = "fs.option.openfile.length";

  private final Configuration configuration;
  private final boolean s3MeansS3a;

  // file systems that Hadoop would make anew for every file, by scheme and authority
  private final Map<String, FileSystem> kept = new ConcurrentHashMap<>();

  /** Reads with these settings, which must not change afterwards. */
  public HadoopObjectStore(Configuration configuration) {
    this.configuration = Objects.requireNonNull(configuration, "configuration is null");
    this.s3MeansS3a = !knows("s3", configuration);
  }

  private static boolean knows(String scheme, Configuration configuration) {
    try {
      return FileSystem.getFileSystemClass(scheme, configuration) != null;
    } catch (UnsupportedFileSystemException unknown) {
      return false;
    } catch (IOException | RuntimeException broken) {
      // configured, but its class does not load: better the error of its use than a silent s3a
      return true;
    }
  }

  @Override
  public String qualify(String path) throws IOException {
    WebAddresses.refuse(path);
    Path written = path(path);
    Path whole = fileSystem(written).makeQualified(written);
    return whole.toString();
  }

  @Override
  public InputStream open(String path) throws IOException {
    return open(path, -1);
  }

  @Override
  public InputStream open(String path, long length) throws IOException {
    Path object = path(path);
    FutureDataInputStreamBuilder builder =
        fileSystem(object).openFile(object).opt(READ_POLICY, "whole-file, sequential");
    if (length >= 0) {
      // as text: optLong came after Hadoop 3.3.4, which is what Spark 3.5 is distributed with
      builder = builder.opt(READ_LENGTH, Long.toString(length));
    }
    return FutureIO.awaitFuture(builder.build());
  }

  @Override
  public long length(String path) throws IOException {
    Path object = path(path);
    return fileSystem(object).getFileStatus(object).getLen();
  }

  @Override
  public boolean exists(String path) throws IOException {
    Path object = path(path);
    return fileSystem(object).exists(object);
  }

  @Override
  public boolean isDirectory(String path) throws IOException {
    Path object = path(path);
    try {
      return fileSystem(object).getFileStatus(object).isDirectory();
    } catch (FileNotFoundException absent) {
      return false;
    }
  }

  @Override
  public List<Entry> list(String directory) throws IOException {
    Path folder = path(directory);
    List<Entry> entries = new ArrayList<>();
    try {
      RemoteIterator<FileStatus> children = fileSystem(folder).listStatusIterator(folder);
      while (children.hasNext()) {
        FileStatus child = children.next();
        entries.add(
            new Entry(
                child.getPath().toString(),
                child.isDirectory(),
                child.isDirectory() ? 0 : child.getLen()));
      }
    } catch (FileNotFoundException absent) {
      return List.of();
    }
    entries.sort(Comparator.comparing(Entry::name));
    return List.copyOf(entries);
  }

  private Path path(String path) {
    boolean replaced = s3MeansS3a && path.regionMatches(true, 0, "s3://", 0, "s3://".length());
    return new Path(replaced ? "s3a" + path.substring("s3".length()) : path);
  }

  private FileSystem fileSystem(Path path) throws IOException {
    URI uri = path.toUri();
    // null is the default file system
    String place = uri.getScheme() + "://" + uri.getAuthority();
    FileSystem known = kept.get(place);
    if (known != null) {
      return known;
    }
    FileSystem files = path.getFileSystem(configuration);
    if (configuration.getBoolean(
        "fs.%s.impl.disable.cache".formatted(files.getUri().getScheme()), false)) {
      kept.put(place, files);
    }
    return files;
  }
}
