package io.dynamodblake.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;

/** The least that a reader with a JSON library does: unpack the files and ask for every token. */
final class JacksonTokens {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final JsonFactory JSON = new JsonFactory();

  private final Path data;

  JacksonTokens(Path data) {
    this.data = data;
  }

  /** Reads all files on two plain threads. */
  long items() throws IOException, InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(Workshop.THREADS);
    try {
      List<Future<Long>> running = new ArrayList<>();
      for (Path file : Directories.dataFiles(data)) {
        running.add(threads.submit(() -> items(file)));
      }
      long items = 0;
      for (Future<Long> file : running) {
        items += file.get();
      }
      return items;
    } finally {
      threads.shutdownNow();
    }
  }

  private static long items(Path file) throws IOException {
    long items = 0;
    int depth = 0;
    try (InputStream lines = new GZIPInputStream(Files.newInputStream(file), BUFFER_BYTES);
        JsonParser parser = JSON.createParser(lines)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          depth++;
        } else if (token == JsonToken.END_OBJECT && --depth == 0) {
          items++;
        }
      }
    }
    return items;
  }
}
