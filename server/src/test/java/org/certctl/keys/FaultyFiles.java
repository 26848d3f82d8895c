package org.certctl.keys;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The file system of this machine, which fails at a chosen step. A step is each folder made, each
/// name moved, and each write; for the end of a process also each name removed, and no write to a
/// file that gets its name later (`.new`), for that is as if it had not been.
public final class FaultyFiles extends FileSystemProvider {

  /// What happens at the chosen step.
  public enum Fault {
    /// The process ends: half of the step's octets are written, and nothing can be done any more.
    KILLED,
    /// The disk is full from then on: half of the octets are written, and nothing but removing
    /// goes.
    DISK_FULL
  }

  /// Stands for the end of the process; nothing catches it.
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    private Killed() {
      super("killed");
    }
  }

  private static final Set<OpenOption> WRITING =
      Set.of(
          StandardOpenOption.WRITE,
          StandardOpenOption.APPEND,
          StandardOpenOption.CREATE,
          StandardOpenOption.CREATE_NEW);

  private final FileSystem system = new Machine();
  private final List<String> steps = new ArrayList<>();
  private final Fault fault;
  private final int failing;

  private FaultyFiles(Fault fault, int failing) {
    this.fault = fault;
    this.failing = failing;
  }

  /// One that fails at a step, counted from 1.
  public static FaultyFiles at(int step, Fault fault) {
    return new FaultyFiles(fault, step);
  }

  /// A path of this machine, whose use counts.
  public Path path(Path real) {
    return (Path)
        Proxy.newProxyInstance(
            Path.class.getClassLoader(),
            new Class<?>[] {Path.class},
            (_, method, arguments) -> {
              if (method.getName().equals("getFileSystem")) {
                return system;
              }
              try {
                return wrapped(method.invoke(real, unwrapped(arguments)));
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }

  /// Whether the chosen step has come.
  public boolean hasFailed() {
    return steps.size() >= failing;
  }

  /// What was done up to the fault.
  public List<String> steps() {
    return List.copyOf(steps);
  }

  /// Something that takes room on the disk, for example in a database.
  ///
  /// @throws IOException when it is full
  public void step(String what) throws IOException {
    if (isFaultyAfter(what)) {
      throw new IOException("No space left on device");
    }
  }

  private boolean isFaultyAfter(String what) {
    requireAlive();
    steps.add(what);
    if (hasFailed() && fault == Fault.KILLED) {
      throw new Killed();
    }
    return hasFailed();
  }

  private void removal(Path path) {
    requireAlive();
    if (fault == Fault.KILLED && Files.exists(real(path))) {
      isFaultyAfter("remove " + path);
    }
  }

  private void requireAlive() {
    if (hasFailed() && fault == Fault.KILLED) {
      throw new Killed();
    }
  }

  private @Nullable Object wrapped(@Nullable Object result) {
    return switch (result) {
      case Path path -> path(path);
      case Iterator<?> each -> {
        List<Object> all = new ArrayList<>();
        each.forEachRemaining(one -> all.add(path((Path) one)));
        yield all.iterator();
      }
      case null, default -> result;
    };
  }

  private @Nullable Object @Nullable [] unwrapped(@Nullable Object @Nullable [] arguments) {
    if (arguments == null) {
      return null;
    }
    @Nullable Object[] all = arguments.clone();
    for (int i = 0; i < all.length; i++) {
      if (all[i] instanceof Path path) {
        all[i] = real(path);
      }
    }
    return all;
  }

  private static Path real(Path path) {
    return Path.of(path.toString());
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    requireAlive();
    if (options.stream().noneMatch(WRITING::contains)) {
      return FileChannel.open(real(path), options, attributes);
    }
    return new Channel(FileChannel.open(real(path), options, attributes), path);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
    requireAlive();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(real(folder))) {
      List<Path> all = StreamSupport.stream(entries.spliterator(), false).map(this::path).toList();
      List<Path> accepted = new ArrayList<>();
      for (Path each : all) {
        if (filter.accept(each)) {
          accepted.add(each);
        }
      }
      return new Entries(accepted);
    }
  }

  private record Entries(List<Path> all) implements DirectoryStream<Path> {
    @Override
    public Iterator<Path> iterator() {
      return all.iterator();
    }

    @Override
    public void close() {}
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    step("folder " + folder);
    Files.createDirectory(real(folder), attributes);
  }

  @Override
  public void delete(Path path) throws IOException {
    removal(path);
    Files.delete(real(path));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    step("copy to " + target);
    Files.copy(real(source), real(target), options);
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    step("move to " + target);
    Files.move(real(source), real(target), options);
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    return Files.isSameFile(real(path), real(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return Files.isHidden(real(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return Files.getFileStore(real(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    requireAlive();
    real(path).getFileSystem().provider().checkAccess(real(path), modes);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    requireAlive();
    return Files.getFileAttributeView(real(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    requireAlive();
    return Files.readAttributes(real(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    requireAlive();
    return Files.readAttributes(real(path), names, options);
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options)
      throws IOException {
    requireAlive();
    Files.setAttribute(real(path), name, value, options);
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> settings) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return system;
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException();
  }

  private final class Machine extends FileSystem {

    private final FileSystem real = FileSystems.getDefault();

    @Override
    public FileSystemProvider provider() {
      return FaultyFiles.this;
    }

    @Override
    public void close() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public String getSeparator() {
      return real.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
      return StreamSupport.stream(real.getRootDirectories().spliterator(), false)
          .map(FaultyFiles.this::path)
          .toList();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
      return real.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
      return real.supportedFileAttributeViews();
    }

    @Override
    public Path getPath(String first, String... more) {
      return path(real.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
      PathMatcher matcher = real.getPathMatcher(pattern);
      return path -> matcher.matches(real(path));
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
      return real.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() {
      throw new UnsupportedOperationException();
    }
  }

  /// A file that is written.
  private final class Channel extends FileChannel {

    private final FileChannel real;
    private final Path path;

    Channel(FileChannel real, Path path) {
      this.real = real;
      this.path = path;
    }

    @Override
    public int write(ByteBuffer octets) throws IOException {
      requireAlive();
      boolean isFaulty;
      try {
        isFaulty = isStep() && isFaultyAfter("write " + path);
      } catch (Killed e) {
        half(octets);
        throw e;
      }
      if (isFaulty) {
        half(octets);
        throw new IOException("No space left on device");
      }
      return real.write(octets);
    }

    private boolean isStep() {
      return fault == Fault.DISK_FULL || !path.toString().endsWith(".new");
    }

    private void half(ByteBuffer octets) throws IOException {
      real.write(octets.slice(octets.position(), octets.remaining() / 2));
    }

    @Override
    public long write(ByteBuffer[] all, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer octets, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer octets) throws IOException {
      return real.read(octets);
    }

    @Override
    public long read(ByteBuffer[] all, int offset, int length) throws IOException {
      return real.read(all, offset, length);
    }

    @Override
    public int read(ByteBuffer octets, long position) throws IOException {
      return real.read(octets, position);
    }

    @Override
    public long position() throws IOException {
      return real.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      real.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      real.truncate(size);
      return this;
    }

    @Override
    public void force(boolean metaData) {
      requireAlive();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
        throws IOException {
      return real.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
      return real.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return real.lock(position, size, shared);
    }

    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return real.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      real.close();
    }
  }
}
