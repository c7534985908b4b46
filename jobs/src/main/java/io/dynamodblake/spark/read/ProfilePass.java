package io.dynamodblake.spark.read;

import io.dynamodblake.conf.Words;
import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.FilePacker;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.export.RecordKind;
import io.dynamodblake.export.Window;
import io.dynamodblake.flatten.EntityClassifier;
import io.dynamodblake.flatten.EntityObserver;
import io.dynamodblake.flatten.TableObservers;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.entity.EntityHints;
import io.dynamodblake.schema.entity.EntityProfile;
import io.dynamodblake.schema.entity.EntityRules;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.SparkFailures;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import scala.Function1;
import scala.Function2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * Observes all items of an export, or all changes of an incremental one with the items in them, in
 * one distributed pass, verifying every data file on the way. What tasks find is merged on the
 * driver as they end, so that its memory does not grow with their number. Driver only.
 */
public final class ProfilePass {
  private static final String JOB_DESCRIPTION = "spark.job.description";
  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

  private final SparkSession spark;
  private final Configuration configuration;
  private final ReadOptions options;
  private final BadRecordPolicy policy;
  private final ProfileLimits limits;
  private final long taskBytes;
  private final boolean oldImages;
  private final List<KeyAttribute> keys;
  private final EntityRules rules; // null where all items are of one kind
  private final EntityHints entities; // null where nobody asks for them

  /**
   * @param configuration Hadoop settings by which data files are read
   * @param taskBytes stored bytes that one task should read
   */
  public ProfilePass(
      SparkSession spark,
      Configuration configuration,
      ReadOptions options,
      BadRecordPolicy policy,
      ProfileLimits limits,
      long taskBytes) {
    this(spark, configuration, options, policy, limits, taskBytes, true, List.of(), null, null);
  }

  private ProfilePass(
      SparkSession spark,
      Configuration configuration,
      ReadOptions options,
      BadRecordPolicy policy,
      ProfileLimits limits,
      long taskBytes,
      boolean oldImages,
      List<KeyAttribute> keys,
      EntityRules rules,
      EntityHints entities) {
    this.oldImages = oldImages;
    this.keys = List.copyOf(keys);
    this.rules = rules;
    this.entities = entities;
    this.spark = Objects.requireNonNull(spark, "spark is null");
    this.configuration = Objects.requireNonNull(configuration, "configuration is null");
    this.options = Objects.requireNonNull(options, "options is null");
    this.policy = Objects.requireNonNull(policy, "policy is null");
    this.limits = Objects.requireNonNull(limits, "limits is null");
    this.taskBytes = taskBytes;
  }

  /**
   * Returns a pass that observes of the changes of an incremental export only what items are
   * afterwards. Otherwise it is also what they were before, and where a change has neither image,
   * its key.
   */
  public ProfilePass ofNewImages() {
    return new ProfilePass(
        spark, configuration, options, policy, limits, taskBytes, false, keys, rules, entities);
  }

  /**
   * Returns a pass that takes an item of a full export without one of these attributes for none.
   */
  public ProfilePass requiring(List<KeyAttribute> required) {
    return new ProfilePass(
        spark,
        configuration,
        options,
        policy,
        limits,
        taskBytes,
        oldImages,
        required,
        rules,
        entities);
  }

  /** Returns a pass that observes the items of each kind for themselves. */
  public ProfilePass ofKinds(EntityRules kinds) {
    return new ProfilePass(
        spark, configuration, options, policy, limits, taskBytes, oldImages, keys, kinds, entities);
  }

  /**
   * Returns a pass that also observes what tells the kinds of items apart, of an export that holds
   * items; {@link Result#entities} is what it finds.
   *
   * @param hints what is known of the table
   */
  public ProfilePass withEntities(EntityHints hints) {
    return new ProfilePass(
        spark, configuration, options, policy, limits, taskBytes, oldImages, keys, rules, hints);
  }

  /**
   * What a pass has found.
   *
   * @param profiles of the items, or of those that stand in changes; one for each kind of items, in
   *     the order of the rules, or one for all
   * @param changes of an incremental export; empty for one that holds items
   * @param entities what tells the kinds of items apart; empty if nobody asked
   * @param accounts of the data files in the order of the manifest; they have no rescued values
   * @param badRecords places and reasons of the first bad lines, without their values
   */
  public record Result(
      List<Profile> profiles,
      Optional<ChangeProfile> changes,
      Optional<EntityProfile> entities,
      List<FileAccount> accounts,
      List<String> badRecords) {
    public Result {
      profiles = List.copyOf(profiles);
      accounts = List.copyOf(accounts);
      badRecords = List.copyOf(badRecords);
    }

    /** Returns the profile of all items, of a pass that does not tell kinds apart. */
    public Profile profile() {
      return profiles.get(0);
    }
  }

  /**
   * Reads the export.
   *
   * @param progress hears how far the tasks are; its phase has begun
   * @throws io.dynamodblake.export.ExportFormatException if a data file is damaged
   * @throws io.dynamodblake.schema.DataRefusedException if there are more bad lines than the policy
   *     allows
   */
  public Result run(ExportManifest manifest, ReadProgress progress) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<byte[]> tasks = new ArrayList<>();
    for (List<DataFile> files : pack(manifest, context.defaultParallelism()).tasks()) {
      tasks.add(JavaBytes.of(new ArrayList<>(files)));
    }
    LiveReads reads = LiveReads.start(spark.sparkContext(), progress);
    Optional<Window.View> view = manifest.window().map(Window::view);
    Optional<EntityHints> hints = Optional.ofNullable(entities).filter(asked -> view.isEmpty());
    Merged merged =
        new Merged(limits, kinds(), view.map(seen -> new ChangeProfile()), hints, reads);
    if (tasks.isEmpty()) {
      reads.close();
      return merged.result();
    }
    Broadcast<SerializableConfiguration> settings =
        context.broadcast(new SerializableConfiguration(configuration));
    String descriptionBefore = context.getLocalProperty(JOB_DESCRIPTION);
    context.setJobDescription("Reading types of export " + manifest.exportId());
    try {
      // data and results travel as bytes: Kryo, if that is the session's serializer, does not know
      // records
      JavaRDD<byte[]> shares = context.parallelize(tasks, tasks.size());
      Function1<scala.collection.Iterator<byte[]>, byte[]> observe =
          new Observation(
              settings,
              manifest.recordFormat(),
              view.orElse(null),
              oldImages,
              List.copyOf(keys),
              options,
              policy,
              limits,
              rules,
              hints.orElse(null),
              reads.counter());
      Function2<Object, byte[], BoxedUnit> merge =
          (task, found) -> {
            merged.add(JavaBytes.to(Share.class, found));
            return BoxedUnit.UNIT;
          };
      RunJobs.during(
          spark,
          () -> {
            spark.sparkContext().runJob(shares.rdd(), observe, merge, BYTES);
            return merged;
          });
    } catch (Exception e) {
      throw SparkFailures.unwrapped(e);
    } finally {
      context.setLocalProperty(JOB_DESCRIPTION, descriptionBefore);
      settings.destroy();
      reads.close();
    }
    if (merged.badRecordCount > policy.max()) {
      throw BadRecords.tooMany(
          view.isPresent() ? RecordKind.CHANGE : RecordKind.ITEM,
          merged.badRecordCount,
          policy.max(),
          merged.badRecords.get(0),
          options.words());
    }
    return merged.result();
  }

  private int kinds() {
    return rules == null ? 1 : rules.tables().size();
  }

  private FilePacker.Packing pack(ExportManifest manifest, int parallelism) {
    HadoopObjectStore store = new HadoopObjectStore(configuration);
    try {
      return FilePacker.pack(
          manifest.files(), file -> store.length(file.path()), taskBytes, parallelism);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot plan the read of " + manifest.root(), e);
    }
  }

  /** What one task sends home. */
  private record Share(
      byte[][] profiles,
      ChangeProfile changes,
      byte[] entities, // null where nobody asks for them
      List<FileAccount> accounts,
      List<String> badRecords)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** What the driver has so far. */
  private static final class Merged {
    private final ReadProgress progress;
    private final List<Profile> profiles = new ArrayList<>();
    private final Optional<ChangeProfile> changes;
    private final Optional<EntityProfile> entities;
    private final List<FileAccount> accounts = new ArrayList<>();
    private final List<String> badRecords = new ArrayList<>();
    private long badRecordCount;
    private long lines;
    private long storedBytes;

    Merged(
        ProfileLimits limits,
        int kinds,
        Optional<ChangeProfile> changes,
        Optional<EntityHints> hints,
        ReadProgress progress) {
      this.changes = changes;
      this.entities = hints.map(EntityProfile::new);
      for (int i = 0; i < kinds; i++) {
        profiles.add(new Profile(limits));
      }
      this.progress = progress;
    }

    synchronized void add(Share share) {
      TableObservers.merge(profiles, share.profiles());
      changes.ifPresent(all -> all.merge(share.changes()));
      entities.ifPresent(all -> all.merge(EntityProfile.fromBytes(share.entities(), all.hints())));
      for (FileAccount account : share.accounts()) {
        accounts.add(account);
        lines += account.items() + account.badRecords();
        badRecordCount += account.badRecords();
        storedBytes += account.storedBytes();
      }
      for (String bad : share.badRecords()) {
        if (badRecords.size() < Observation.BAD_RECORDS_NAMED) {
          badRecords.add(bad);
        }
      }
      progress.read(lines, storedBytes);
    }

    synchronized Result result() {
      accounts.sort(Comparator.comparingInt(FileAccount::index));
      return new Result(profiles, changes, entities, accounts, badRecords);
    }
  }

  /** What happens on executors. */
  private static final class Observation
      implements Function1<scala.collection.Iterator<byte[]>, byte[]>, Serializable {
    private static final long serialVersionUID = 1L;

    static final int BAD_RECORDS_NAMED = 10;

    private final Broadcast<SerializableConfiguration> settings;
    private final RecordFormat format;
    private final Window.View view; // null where the lines are items
    private final boolean oldImages;
    private final List<KeyAttribute> keys;
    private final ReadOptions options;
    private final BadRecordPolicy policy;
    private final ProfileLimits limits;
    private final EntityRules rules; // null where all items are of one kind
    private final EntityHints entities; // null where nobody asks for them
    private final LiveReads.Counter counter;

    Observation(
        Broadcast<SerializableConfiguration> settings,
        RecordFormat format,
        Window.View view,
        boolean oldImages,
        List<KeyAttribute> keys,
        ReadOptions options,
        BadRecordPolicy policy,
        ProfileLimits limits,
        EntityRules rules,
        EntityHints entities,
        LiveReads.Counter counter) {
      this.rules = rules;
      this.counter = counter;
      this.entities = entities;
      this.view = view;
      this.oldImages = oldImages;
      this.keys = keys;
      this.settings = settings;
      this.format = format;
      this.options = options;
      this.policy = policy;
      this.limits = limits;
    }

    @Override
    public byte[] apply(scala.collection.Iterator<byte[]> shares) {
      List<DataFile> files = new ArrayList<>();
      while (shares.hasNext()) {
        for (Object file : JavaBytes.to(ArrayList.class, shares.next())) {
          files.add((DataFile) file);
        }
      }
      try {
        return JavaBytes.of(
            view == null
                ? observeItems(new HadoopObjectStore(settings.value().value()), files)
                : observeChanges(new HadoopObjectStore(settings.value().value()), files));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Share observeItems(HadoopObjectStore store, List<DataFile> files) throws IOException {
      TableObservers observers =
          TableObservers.ofAll(limits, rules == null ? 1 : rules.tables().size());
      EntityClassifier classifier = rules == null ? null : new EntityClassifier(rules);
      EntityObserver kinds = entities == null ? null : new EntityObserver(entities);
      Books books = new Books(RecordKind.ITEM, policy, options.words(), counter);
      try (ItemCursor cursor =
          new ItemCursor(store, files, format, options, null, books).requiring(keys)) {
        while (cursor.advance()) {
          ItemTape tape = cursor.tape();
          int table = classifier == null ? 0 : classifier.classify(tape);
          observers.observe(table, tape, cursor.line().length());
          if (kinds != null) {
            kinds.observe(cursor.tape());
          }
        }
      }
      return new Share(
          observers.profiles(),
          null,
          kinds == null ? null : kinds.profile().toBytes(),
          books.accounts,
          books.badRecords);
    }

    private Share observeChanges(HadoopObjectStore store, List<DataFile> files) throws IOException {
      ChangeObserver observer = new ChangeObserver(view, oldImages, limits);
      Books books = new Books(RecordKind.CHANGE, policy, options.words(), counter);
      try (ChangeCursor cursor = new ChangeCursor(store, files, format, options, view, books)) {
        while (cursor.advance()) {
          observer.observe(cursor.tape());
        }
      }
      return new Share(
          new byte[][] {observer.items().toBytes()},
          observer.changes(),
          null,
          books.accounts,
          books.badRecords);
    }
  }

  private static final class Books implements RecordCursor.Listener {
    private final RecordKind kind;
    private final BadRecordPolicy policy;
    private final LiveReads.Counter counter;
    private final Words words;
    private final ArrayList<FileAccount> accounts = new ArrayList<>();
    private final ArrayList<String> badRecords = new ArrayList<>();
    private long count;

    Books(RecordKind kind, BadRecordPolicy policy, Words words, LiveReads.Counter counter) {
      this.kind = kind;
      this.policy = policy;
      this.words = words;
      this.counter = counter;
    }

    @Override
    public boolean badRecord(DataFileReader line, String reason) {
      if (policy.max() == 0) {
        throw BadRecords.refusal(kind, line, reason, words);
      }
      if (badRecords.size() < Observation.BAD_RECORDS_NAMED) {
        badRecords.add(BadRecords.describe(line, reason));
      }
      if (++count > policy.max()) {
        throw BadRecords.tooMany(kind, count, policy.max(), badRecords.get(0), words);
      }
      return false;
    }

    @Override
    public void moved(RecordCursor cursor) {
      cursor.tell(counter);
    }

    @Override
    public void fileEnded(DataFileReader file, long items, long bad, long falseNulls) {
      accounts.add(file.account(items, bad, falseNulls, Map.of()));
    }
  }
}
