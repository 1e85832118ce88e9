namespace Harness.Bench.Devices;

/// <summary>
/// The user's own device. A <c>start:</c> command in the rig is run by /bin/sh in the rig file's folder, with environment variables
/// HARNESS_HOST, HARNESS_PORT, HARNESS_CLIENT, HARNESS_SERVER, HARNESS_METHOD, HARNESS_GROUP and HARNESS_PROFILE,
/// and HARNESS_SCHEME and HARNESS_KEY_BITS for a device that uses a scheme after the login. Where HARNESS_CA names a certificate file, it logs in by TLS, HARNESS_HOST is the
/// broker's name, and nobody else's certificates are trusted. Without a command a person starts the device.
/// </summary>
/// <remarks>
/// The password is one line on its standard input, as arguments and environment can be seen by other processes. Standard input then
/// stays open until the scenario ends, so that a device can end itself when the harness is gone. The latest lines that the device prints are
/// kept for error messages, with the password redacted.
/// </remarks>
public sealed class ExternalDevice : IAsyncDisposable
{
    private const int MaximumKeptLines = 20;
    private const int ShownCharacters = 500;
    private const int MaximumLine = 8 * ShownCharacters; // what is redacted gets shorter; the rest of a longer line is let go as it is read
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);
    private readonly Process? _process;
    private readonly Lines _lines;
    private readonly CancellationTokenSource _reading = new();
    private int _disposed;

    private ExternalDevice(DeviceEntry entry, Process? process, Lines lines)
    {
        (Entry, _process, _lines) = (entry, process, lines);
        Ended = process is null ? new TaskCompletionSource().Task
            : Task.WhenAll(process.WaitForExitAsync(), ReadAsync(process.StandardOutput, lines, _reading.Token), ReadAsync(process.StandardError, lines, _reading.Token));
    }

    /// <summary>The device's entry in the rig file.</summary>
    public DeviceEntry Entry { get; }

    /// <summary>Completes when its command has ended and all its output was read; never fails, and never completes where a person starts the device.</summary>
    public Task Ended { get; }

    /// <summary>Exit status of the device's command; null while it runs, or without a command.</summary>
    public int? ExitCode => _process is not null && Ended.IsCompleted ? _process.ExitCode : null;

    /// <summary>Process id of the device's command; null where a person starts the device.</summary>
    public int? ProcessId => _process?.Id;

    /// <summary>The latest lines the device printed, without the password.</summary>
    public string Printed => _lines.ToString();

    /// <summary>Tells the device to seal and publish: the line <c>publish &lt;plaintext in hex&gt; &lt;topic&gt;</c> on its standard input.</summary>
    /// <exception cref="RigErrorException">The device no longer reads its standard input.</exception>
    public async Task PublishAsync(string topic, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        try
        {
            await _process!.StandardInput.WriteLineAsync($"publish {Convert.ToHexStringLower(plaintext.Span)} {topic}".AsMemory(), cancellationToken).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new RigErrorException($"external device {Entry.Name}", "its standard input to be read", $"{e.Message} {Printed}".TrimEnd(), inner: e);
        }
    }

    /// <summary>Closes the device's standard input, which asks it to end.</summary>
    public void AskToLeave()
    {
        try
        {
            _process?.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It ended before.
        }
    }

    /// <summary>Closes the device's standard input, which asks it to end, and kills it after <paramref name="within"/>.</summary>
    public async Task LeaveAsync(TimeSpan within)
    {
        if (Volatile.Read(ref _disposed) != 0)
        {
            return;
        }

        try
        {
            _process?.StandardInput.Close();
            await Ended.WaitAsync(within).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            // The process has ended, or hangs: disposal ends it either way.
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Kills the command and its child processes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0 || _process is null)
        {
            return;
        }

        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // The process had ended by itself.
        }

        try
        {
            await Ended.WaitAsync(EndWithin).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Something it left behind holds its output open; the process itself is gone.
            await _reading.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(Ended, Task.Delay(EndWithin)).ConfigureAwait(false);
        }

        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    internal static ExternalDevice Start(RigFile rig, DeviceEntry entry, IPEndPoint broker, PartyIdentity identity, int? keyBits, DeviceTls? tls)
    {
        var lines = new Lines(identity.Password);
        if (entry.Start is null)
        {
            return new ExternalDevice(entry, null, lines);
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(rig.Path)) ?? "/";
        var start = new ProcessStartInfo("/bin/sh", ["-c", entry.Start])
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in EnvironmentFor(broker, identity, keyBits, tls))
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            if (entry.Account is null)
            {
                process.StandardInput.WriteLine(identity.Password);
                process.StandardInput.Flush();
            }
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            throw new RigErrorException(
                $"start of {entry.Name}", $"/bin/sh in {folder}", e.Message, nextCommand: $"${{EDITOR:-nano}} {ShellWord.Quote(rig.Path)}", inner: e);
        }
        catch (IOException)
        {
            // It closed its standard input or ended at once: its output and exit status are reported when its login is missed.
        }

        return new ExternalDevice(entry, process, lines);
    }

    private static Dictionary<string, string> EnvironmentFor(IPEndPoint broker, PartyIdentity identity, int? keyBits, DeviceTls? tls)
    {
        var told = EnvironmentFor(broker, identity);
        if (tls is not null)
        {
            (told["HARNESS_HOST"], told["HARNESS_CA"]) = (tls.Name, tls.AuthorityFile);
        }

        if (keyBits is { } bits)
        {
            (told["HARNESS_SCHEME"], told["HARNESS_KEY_BITS"]) = (identity.Scheme, bits.ToString(CultureInfo.InvariantCulture));
        }

        return told;
    }

    private static Dictionary<string, string> EnvironmentFor(IPEndPoint broker, PartyIdentity identity) => new()
    {
        ["HARNESS_HOST"] = broker.Address.ToString(),
        ["HARNESS_PORT"] = broker.Port.ToString(CultureInfo.InvariantCulture),
        ["HARNESS_CLIENT"] = identity.Client,
        ["HARNESS_SERVER"] = identity.Server,
        ["HARNESS_METHOD"] = AugPakeMethod.Of(AugPakeProfiles.Parse(identity.Profile), AugPakeGroup.ByName(identity.Group)),
        ["HARNESS_GROUP"] = identity.Group,
        ["HARNESS_PROFILE"] = identity.Profile,
    };

    // Not by Process itself, which keeps a line until it ends: a device that prints without line ends would fill the memory.
    private static async Task ReadAsync(StreamReader output, Lines lines, CancellationToken stop)
    {
        await Task.Yield();
        var (buffer, line) = (new char[1024], new StringBuilder());
        try
        {
            int read;
            while ((read = await output.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0)
            {
                foreach (var c in buffer.AsSpan(0, read))
                {
                    if (c is '\n')
                    {
                        lines.Add(Taken(line));
                    }
                    else if (line.Length < MaximumLine)
                    {
                        line.Append(c);
                    }
                }
            }

            if (line.Length > 0)
            {
                lines.Add(Taken(line));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Disposed while something still held the output open.
        }
    }

    private static string Taken(StringBuilder line)
    {
        var text = line.ToString().TrimEnd('\r');
        line.Clear();
        return text;
    }

    private sealed class Lines(string password)
    {
        private readonly Lock _gate = new();
        private readonly Queue<string> _kept = new();

        public void Add(string line)
        {
            lock (_gate)
            {
                // The device's output stands in errors and records beside the harness's own text, so it is escaped.
                _kept.Enqueue(ForeignText.Escape(line.Replace(password, "<redacted>", StringComparison.Ordinal), ShownCharacters));
                if (_kept.Count > MaximumKeptLines)
                {
                    _kept.Dequeue();
                }
            }
        }

        public override string ToString()
        {
            lock (_gate)
            {
                return string.Join(" | ", _kept);
            }
        }
    }
}
