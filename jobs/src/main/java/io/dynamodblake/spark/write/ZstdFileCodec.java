package io.dynamodblake.spark.write;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionInputStream;
import org.apache.hadoop.io.compress.CompressionOutputStream;
import org.apache.hadoop.io.compress.Compressor;
import org.apache.hadoop.io.compress.Decompressor;

/**
 * Zstandard files by the library that Spark itself brings along; Hadoop's own codec needs a native
 * build of Hadoop. Spark calls the constructor by reflection.
 */
public final class ZstdFileCodec implements CompressionCodec {

  @Override
  public CompressionOutputStream createOutputStream(OutputStream out) throws IOException {
    return new Output(new ZstdOutputStream(out));
  }

  @Override
  public CompressionOutputStream createOutputStream(OutputStream out, Compressor compressor)
      throws IOException {
    return createOutputStream(out);
  }

  @Override
  public CompressionInputStream createInputStream(InputStream in) throws IOException {
    return new Input(decompress(in));
  }

  @Override
  public CompressionInputStream createInputStream(InputStream in, Decompressor decompressor)
      throws IOException {
    return createInputStream(in);
  }

  static InputStream decompress(InputStream stored) throws IOException {
    return new ZstdInputStream(stored);
  }

  @Override
  public Class<? extends Compressor> getCompressorType() {
    return null; // the streams compress by themselves
  }

  @Override
  public Compressor createCompressor() {
    return null;
  }

  @Override
  public Class<? extends Decompressor> getDecompressorType() {
    return null;
  }

  @Override
  public Decompressor createDecompressor() {
    return null;
  }

  @Override
  public String getDefaultExtension() {
    return ".zst";
  }

  private static final class Output extends CompressionOutputStream {
    Output(ZstdOutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    /** The frame ends when the stream is closed. */
    @Override
    public void finish() throws IOException {
      out.flush();
    }

    @Override
    public void resetState() {
      throw new UnsupportedOperationException("A file is one frame");
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  private static final class Input extends CompressionInputStream {
    Input(InputStream in) throws IOException {
      super(in);
    }

    @Override
    public int read() throws IOException {
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return in.read(bytes, offset, length);
    }

    @Override
    public void resetState() {
      throw new UnsupportedOperationException("A file is one frame");
    }
  }
}
