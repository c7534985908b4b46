package io.dynamodblake.spark.run;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * Objects as bytes by Java serialization, for what would otherwise meet whichever serializer the
 * session has.
 */
public final class JavaBytes {
  private JavaBytes() {}

  public static byte[] of(Serializable object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot serialize " + object.getClass().getSimpleName(), e);
    }
    return bytes.toByteArray();
  }

  public static <T> T to(Class<T> type, byte[] bytes) {
    try (ObjectInputStream in = new OwnClasses(new ByteArrayInputStream(bytes))) {
      return type.cast(in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot deserialize " + type.getSimpleName(), e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("Cannot deserialize " + type.getSimpleName(), e);
    }
  }

  /**
   * Finds classes where this one comes from: on executors a jar given by {@code --jars} is not on
   * the class path of Java's own.
   */
  private static final class OwnClasses extends ObjectInputStream {
    OwnClasses(InputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(described.getName(), false, JavaBytes.class.getClassLoader());
      } catch (ClassNotFoundException primitive) {
        return super.resolveClass(described);
      }
    }
  }
}
