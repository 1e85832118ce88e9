namespace Harness.Cli.Tests.Shell;

/// <summary>A folder for one test; its name holds a space and an umlaut, as a user's may.</summary>
internal sealed class WorkFolder : IDisposable
{
    public const string PassingHost = """
        Feature: A host logs in

          @quick
          Scenario: The right password
            Given a broker with enhanced authentication
            And host is enrolled at the broker
            When host logs in
            Then the login succeeds
        """;

    public const string PassingBoard = """
        Feature: A board logs in

          Scenario: The right password
            Given a broker with enhanced authentication
            And board is enrolled at the broker on group p256
            When board logs in
            Then the login succeeds
        """;

    public const string FailingHost = """
        Feature: A claim that does not hold

          Scenario: A wrong password opens a session
            Given a broker with enhanced authentication
            And host is enrolled at the broker
            But host was given another password
            When host logs in
            Then the login succeeds
        """;

    /// <summary>A feature with minutes of work for a board, for runs that a test stops.</summary>
    public const string LongBoard = """
        Feature: A long day

          Scenario: Many logins
            Given a broker with enhanced authentication
            And board is enrolled at the broker on group p256
            When board logs in 1000000 times
            Then the login succeeds

          Scenario: Never reached
            Given a broker with enhanced authentication
        """;

    public WorkFolder() => Path = Directory.CreateTempSubdirectory("harness größe x ").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The shipped rig of the firmware as a Linux process: boots in a tenth of a second, needs no emulator.</summary>
    public static string Posix => System.IO.Path.Combine(ProductPaths.Root, "rigs", "posix.yaml");

    public string Write(string name, string text, bool byteOrderMark = false)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text, new UTF8Encoding(byteOrderMark));
        return this[name];
    }

    /// <summary>Writes a file that nobody else may read.</summary>
    public string WriteSecret(string name, string text)
    {
        var path = Write(name, text);
#pragma warning disable CA1416 // modes of files: Linux
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        return path;
    }

    /// <summary>Writes an executable shell script.</summary>
    public string WriteProgram(string name, string script)
    {
        var path = Write(name, script);
#pragma warning disable CA1416 // the command line's tests need processes, signals and terminals: Linux
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
#pragma warning restore CA1416
        return path;
    }

    /// <summary>Writes the shipped sensor with one piece of its source replaced.</summary>
    public void WriteSensor(string old, string replacement)
    {
        NeedsProgram.Find("python3", "python3");
        var text = File.ReadAllText(System.IO.Path.Combine(ProductPaths.Root, "rigs", "external", "sensor.py"));
        Assert.That(text, Does.Contain(old), "the shipped sensor changed: adapt this test");
        Write("sensor.py", text.Replace(old, replacement, StringComparison.Ordinal));
    }

    /// <summary>Writes a copy of the posix rig with a word replaced; its firmware paths stay valid.</summary>
    public string WriteRig(string name, string old, string replacement, bool byteOrderMark = false)
    {
        var text = PosixRigText();
        Assert.That(text, Does.Contain(old), "the shipped rig changed: adapt this test");
        return Write(name, text.Replace(old, replacement, StringComparison.Ordinal), byteOrderMark);
    }

    public static string PosixRigText() => File.ReadAllText(Posix)
        .Replace("firmware/build", System.IO.Path.Combine(ProductPaths.Root, "rigs", "firmware", "build"), StringComparison.Ordinal);

    /// <summary>Reads the record of a run below this folder.</summary>
    public IReadOnlyList<RunEvent> Record(string folder) => [.. RecordReader.Read(this[folder])];

    public void Dispose() => Directory.Delete(Path, true);
}
