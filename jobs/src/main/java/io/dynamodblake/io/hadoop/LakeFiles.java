package io.dynamodblake.io.hadoop;

import io.dynamodblake.io.WrongPlaceException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** The small files of a lake table and the folders around them, on any Hadoop file system. */
public final class LakeFiles {
  private static final String LOCAL_SCHEME = "file";
  private static final String TEMPORARY = ".tmp";
  private static final Set<String> SCHEMES_WITH_ATOMIC_RENAME = Set.of("hdfs", "viewfs");

  private final Configuration configuration;

  /** Makes one that writes with these Hadoop settings. */
  public LakeFiles(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Returns the path with scheme and, where it has one, authority.
   *
   * @throws WrongPlaceException if it is no path, such as one of a bucket without a name
   */
  public String qualify(String path) throws IOException {
    WebAddresses.refuse(path);
    try {
      Path given = new Path(path);
      return fileSystem(given).makeQualified(given).toString();
    } catch (IllegalArgumentException e) {
      throw WebAddresses.noPath(path);
    }
  }

  /**
   * What a file system says of why it cannot write, in words; some exceptions have nothing but the
   * path.
   */
  public static String reason(IOException failure) {
    if (failure instanceof FileSystemException place && place.getReason() == null) {
      return place instanceof AccessDeniedException
          ? "access is denied"
          : place instanceof NoSuchFileException
              ? "there is no such folder and none can be made"
              : place.getClass().getSimpleName();
    }
    return failure.getMessage();
  }

  /** Returns whether there is a file or a folder of this path. */
  public boolean exists(String path) throws IOException {
    return fileSystem(new Path(path)).exists(new Path(path));
  }

  /** Returns the text of a file, or empty if there is none. */
  public Optional<String> read(String path) throws IOException {
    Path file = new Path(path);
    try (FSDataInputStream in = fileSystem(file).open(file)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Writes a file in one step: whoever reads it sees the old text or the new one, whatever happens
   * meanwhile. Folders above it are made.
   */
  public void replace(String path, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Path file = new Path(path);
    FileSystem files = fileSystem(file);
    String scheme = files.getUri().getScheme();
    if (LOCAL_SCHEME.equals(scheme)) {
      replaceLocally(java.nio.file.Path.of(file.toUri().getPath()), bytes);
    } else if (SCHEMES_WITH_ATOMIC_RENAME.contains(scheme)) {
      replaceByRename(file, bytes);
    } else {
      // object stores show an object when its upload is complete, and not before
      try (OutputStream out = files.create(file, true)) {
        out.write(bytes);
      }
    }
  }

  private static void replaceLocally(java.nio.file.Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    java.nio.file.Path written = file.resolveSibling(temporaryName(file.getFileName().toString()));
    try {
      try (FileChannel channel =
          FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        // otherwise the name may survive a power cut and the bytes may not
        channel.force(true);
      }
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  private void replaceByRename(Path file, byte[] bytes) throws IOException {
    FileContext context = FileContext.getFileContext(file.toUri(), configuration);
    Path written = new Path(file.getParent(), temporaryName(file.getName()));
    try (OutputStream out =
        context.create(
            written,
            EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE),
            Options.CreateOpts.createParent())) {
      out.write(bytes);
    }
    context.rename(written, file, Options.Rename.OVERWRITE);
  }

  /** Returns whether a file of this name was made on the way to {@link #replace} another one. */
  public static boolean isTemporary(String name) {
    return name.startsWith(".") && name.endsWith(TEMPORARY);
  }

  private static String temporaryName(String name) {
    return "." + name + "." + UUID.randomUUID() + TEMPORARY;
  }

  /** Returns the names of the direct children of a folder; empty if there is none. */
  public List<String> childNames(String folder) throws IOException {
    Path path = new Path(folder);
    try {
      List<String> names = new ArrayList<>();
      for (FileStatus child : fileSystem(path).listStatus(path)) {
        names.add(child.getPath().getName());
      }
      return names;
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /**
   * Returns the paths of the folders that lie directly in a folder; empty if there is none. It is
   * one listing, however much lies below.
   */
  public List<String> childFolders(String folder) throws IOException {
    Path path = new Path(folder);
    List<String> found = new ArrayList<>();
    try {
      RemoteIterator<FileStatus> children = fileSystem(path).listStatusIterator(path);
      while (children.hasNext()) {
        FileStatus child = children.next();
        if (child.isDirectory()) {
          found.add(child.getPath().toString());
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return found;
  }

  /** Returns every file below a folder, at any depth; empty if there is no such folder. */
  public List<FileStatus> filesBelow(String folder) throws IOException {
    Path path = new Path(folder);
    List<FileStatus> found = new ArrayList<>();
    try {
      RemoteIterator<LocatedFileStatus> files = fileSystem(path).listFiles(path, true);
      while (files.hasNext()) {
        found.add(files.next());
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return found;
  }

  /** Deletes a file; that it is not there any more is as good. */
  public void deleteFile(String path) throws IOException {
    Path file = new Path(path);
    fileSystem(file).delete(file, false);
  }

  /** Deletes a folder and everything below it; that it is not there any more is as good. */
  public void deleteFolder(String folder) throws IOException {
    Path path = new Path(folder);
    FileSystem files = fileSystem(path);
    if (files.exists(path) && !files.delete(path, true)) {
      throw new IOException("Cannot delete " + folder);
    }
  }

  private FileSystem fileSystem(Path path) throws IOException {
    return path.getFileSystem(configuration);
  }
}
