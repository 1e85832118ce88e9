using System.Globalization;
using Harness.Record;
using Harness.Schemes;

namespace Harness.Bench;

/// <summary>One device of the rig on its way idle → bound → active. It owns its lock, emulator, line and party.</summary>
public sealed class BenchDevice : IAsyncDisposable
{
    private const int MostFailedBoots = 2;
    private readonly RigFile _rig;
    private readonly TestBenchOptions _options;
    private readonly Func<string?> _scenario;
    private readonly SemaphoreSlim _boot = new(1, 1);
    private readonly Lock _gate = new();
    private DeviceState _state = DeviceState.Idle;
    private BoardConnection? _connection;
    private BenchClient? _client;
    private IParty? _party;
    private int _failedBoots;
    private RigErrorException? _lastFailure;
    private RigErrorException? _givenUp;
    private string? _broke;
    private bool _frozen;
    private bool _fresh;

    internal BenchDevice(RigFile rig, DeviceEntry entry, TestBenchOptions options, Func<string?> scenario)
    {
        (_rig, Entry, _options, _scenario) = (rig, entry, options, scenario);
        Transcript = new Transcript(options.Time);
    }

    /// <summary>The device's name in the rig.</summary>
    public string Name => Entry.Name;

    /// <summary>What the rig says of it.</summary>
    public DeviceEntry Entry { get; }

    /// <summary>How far it has come. An emulator that ended shows as broken at once.</summary>
    public DeviceState State
    {
        get
        {
            lock (_gate)
            {
                return _state is DeviceState.Bound or DeviceState.Active && _connection?.Emulator is { HasEnded: true } ? DeviceState.Broken : _state;
            }
        }
    }

    /// <summary>Whether an emulator runs it.</summary>
    public bool IsEmulated => Entry.Driver.IsEmulated();

    /// <summary>The edges of its trigger pin, where an emulator reports them (<see cref="DeviceEntry.Edges"/>); null elsewhere and while nothing is open.</summary>
    public TriggerEdges? TriggerEdges => _connection?.Emulator?.Edges;

    /// <summary>Whether it came up and was wiped in this scenario.</summary>
    public bool WasUsed => _fresh;

    /// <summary>What broke of it in this scenario, line, board or boot; null where nothing did.</summary>
    public string? Broken
    {
        get
        {
            lock (_gate)
            {
                return _broke;
            }
        }
    }

    /// <summary>What its line carried in this scenario.</summary>
    public Transcript Transcript { get; }

    /// <summary>The device as a party.</summary>
    /// <exception cref="LifecycleException">It is not active.</exception>
    public IParty Party => State == DeviceState.Active ? _party! : throw Wrong(nameof(Party), "active (GetPartyAsync)");

    /// <summary>Its line, for harm on the wire.</summary>
    /// <exception cref="LifecycleException">Nothing is open.</exception>
    public FaultyLine Line => State is DeviceState.Bound or DeviceState.Active && _connection is { } open
        ? open.Line : throw Wrong(nameof(Line), "bound or active, and a serial device");

    /// <summary>Process id of its emulator; null where it has none.</summary>
    public int? EmulatorProcessId => _connection?.Emulator?.ProcessId;

    /// <summary>Takes lock, emulator and line.</summary>
    /// <exception cref="LifecycleException">It is not idle.</exception>
    /// <exception cref="RigErrorException">The rig lacks something or another run holds it.</exception>
    public async ValueTask BindAsync(CancellationToken cancellationToken)
    {
        if (State != DeviceState.Idle)
        {
            throw Wrong(nameof(BindAsync), "idle");
        }

        try
        {
            if (Entry.Kind == DeviceKind.Serial)
            {
                _connection = await BoardConnection.OpenAsync(_rig, Entry, _options, cancellationToken).ConfigureAwait(false);
            }

            Set(DeviceState.Bound);
        }
        catch (Exception e)
        {
            await LetGoAsync().ConfigureAwait(false);
            if (RigErrors.TryFrom(Name, "boot", e) is { } rig)
            {
                throw rig;
            }

            throw;
        }
    }

    /// <summary>Waits until the device answers and is seeded.</summary>
    /// <exception cref="LifecycleException">It is not bound.</exception>
    /// <exception cref="RigErrorException">It does not come up.</exception>
    public async ValueTask ActivateAsync(CancellationToken cancellationToken)
    {
        if (State != DeviceState.Bound)
        {
            throw Wrong(nameof(ActivateAsync), "bound");
        }

        var started = _options.Time.GetTimestamp();
        if (Entry.Kind == DeviceKind.Host)
        {
            _party = _options.CreateHost(Entry);
        }
        else
        {
            _client = new BenchClient(_connection!.Line, ClientOptions());
            try
            {
                var board = await SerialParty.ConnectAsync(Name, _client, Broke, _options.Time, cancellationToken).ConfigureAwait(false);
                RefuseTestBuild(board.Info);
                _party = board;
            }
            catch (BoardException e)
            {
                Set(DeviceState.Broken);
                throw RigErrors.From(Name, "boot", e);
            }
        }

        _fresh = true;
        Set(DeviceState.Active);
        Announce(_options.Time.GetElapsedTime(started));
    }

    /// <summary>Stops the emulator in its tracks: a silent board. The next scenario resumes it.</summary>
    /// <exception cref="InconclusiveException">No emulator runs it.</exception>
    public void Freeze()
    {
        Emulator(nameof(Freeze)).Freeze();
        _frozen = true;
        Transcript.Note("the emulator was frozen");
    }

    /// <summary>Lets a frozen emulator run on.</summary>
    /// <exception cref="InconclusiveException">No emulator runs it.</exception>
    public void Resume()
    {
        Emulator(nameof(Resume)).Resume();
        _frozen = false;
        Transcript.Note("the emulator runs on");
    }

    /// <summary>Ends the emulator at once: a vanishing board. The next use boots another.</summary>
    /// <exception cref="InconclusiveException">No emulator runs it.</exception>
    public void Kill()
    {
        Emulator(nameof(Kill)).Kill();
        Transcript.Note("the emulator was killed");
        Set(DeviceState.Broken);
    }

    /// <summary>What makes the board vanish when it is called: its emulator ends at once, or the line of a real board is cut here, as if it
    /// had been unplugged. The next use boots another, or opens the line anew.</summary>
    /// <exception cref="InconclusiveException">It has no line to vanish from.</exception>
    /// <exception cref="LifecycleException">It is not bound or active.</exception>
    public Action Vanishing()
    {
        if (Entry.Kind != DeviceKind.Serial)
        {
            throw new InconclusiveException($"vanishing of {Name}", "a board at a serial line", $"kind {Entry.Kind.ToString().ToLowerInvariant()}");
        }

        if (IsEmulated)
        {
            return Kill;
        }

        var line = Line;
        return () =>
        {
            line.Cut();
            Transcript.Note("the line was cut");
            Set(DeviceState.Broken);
        };
    }

    /// <summary>For the rest of the run whoever asks for it is told at once that it is broken, rather than after one more time-out; other devices go on.</summary>
    /// <param name="scenarios">In how many scenarios in a row it broke.</param>
    public void GiveUp(int scenarios) => _givenUp = new RigErrorException(
        $"device {Name}", "a working device", $"not used: it broke in {scenarios} scenarios in a row, last: {Broken ?? "unknown"}",
        nextCommand: $"./harness doctor --rig {ShellWord.Quote(_rig.Path)}");

    /// <summary>Gives lock, emulator and line back; the device is idle again.</summary>
    public async ValueTask ReleaseAsync()
    {
        await LetGoAsync().ConfigureAwait(false);
        Set(DeviceState.Idle);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Set(DeviceState.Disposed);
        await LetGoAsync().ConfigureAwait(false);
        Transcript.Dispose();
    }

    /// <summary>Brings the device up if it is not; wiped at its first use in a scenario.</summary>
    internal async ValueTask<IParty> ReadyAsync(CancellationToken cancellationToken)
    {
        await _boot.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (State == DeviceState.Disposed)
            {
                throw Wrong("GetPartyAsync", "an open bench");
            }

            if (_givenUp is { } broken)
            {
                Blame(broken.Seen);
                throw new RigErrorException(broken.Item, broken.Expected, broken.Seen, nextCommand: broken.NextCommand, inner: broken);
            }

            await BootAsync(cancellationToken).ConfigureAwait(false);
            if (!_fresh)
            {
                await WipeAsync(cancellationToken).ConfigureAwait(false);
            }

            _fresh = true;
            return _party!;
        }
        finally
        {
            _boot.Release();
        }
    }

    /// <summary>What the last scenario did to the device ends here.</summary>
    internal void BeginScenario(string? transcript)
    {
        Transcript.Begin(transcript);
        _connection?.Line.Clear();
        _fresh = false;
        Blame(null);
        if (_frozen && _connection?.Emulator is { HasEnded: false } emulator)
        {
            emulator.Resume();

            // Bytes it swallowed while frozen are answered now, at any time: a new boot is cleaner than guessing.
            Set(DeviceState.Broken);
        }

        _frozen = false;
    }

    private async ValueTask WipeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _party!.ResetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RigErrorException) when (State == DeviceState.Broken)
        {
            // It broke between scenarios, which is no fault of the one that begins: boot it once more.
            await BootAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask BootAsync(CancellationToken cancellationToken)
    {
        if (State == DeviceState.Active)
        {
            return;
        }

        // A dead rig is said once and at once, not a boot time-out for each of forty scenarios.
        if (_failedBoots >= MostFailedBoots)
        {
            var last = _lastFailure!;
            Blame(last.Seen);
            throw new RigErrorException(last.Item, last.Expected, $"{last.Seen}; given up after {_failedBoots} boots", last.Unit, last.NextCommand, last);
        }

        await ReleaseAsync().ConfigureAwait(false);
        try
        {
            await BindAsync(cancellationToken).ConfigureAwait(false);
            await ActivateAsync(cancellationToken).ConfigureAwait(false);
            _failedBoots = 0;
        }
        catch (RigErrorException e)
        {
            _failedBoots++;
            _lastFailure = e;
            Blame(e.Seen);
            await ReleaseAsync().ConfigureAwait(false);
            throw;
        }
        catch
        {
            await ReleaseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A build that takes injected scalars and keys proves nothing about security; it runs known answers only.</summary>
    private void RefuseTestBuild(BoardInfo info)
    {
        if (info.IsTest && !_options.TestFirmware)
        {
            throw new BoardMismatchException(
                Name, "a product build (test=0)", "a test build (test=1)",
                Entry.Driver == BoardDriver.Tty ? $"flash {Name} with {Entry.Elf ?? "the product firmware"}" : $"${{EDITOR:-nano}} {ShellWord.Quote(_rig.Path)}");
        }
    }

    private BenchClientOptions ClientOptions() => new()
    {
        Board = Name,
        Reply = _rig.ReplyOf(Entry),
        Boot = _rig.Timeouts.Boot,
        Transcript = Transcript,
        Time = _options.Time,
        OnFault = Tell,
        NextCommand = Entry.Driver == BoardDriver.Tty
            ? $"picocom -b {Entry.Baud.ToString(CultureInfo.InvariantCulture)} {ShellWord.Quote(Entry.Port!)}, then type: DEBUG on"
            : "make -C rigs/firmware",
    };

    private void Tell(BoardFault fault) => _options.Sink?.Write(new FaultSeen
    {
        Scenario = _scenario(), Device = fault.Board, Fault = fault.Fault, Detail = fault.Detail,
    });

    /// <summary>The line or the board broke. What the client did not tell of it by itself is said here, so that a record names it.</summary>
    private void Broke(BoardException e)
    {
        Set(DeviceState.Broken);
        Blame(e.Seen);
        if (e is BoardVanishedException or BoardRestartedException)
        {
            var word = e is BoardVanishedException ? "vanished" : "restarted";
            Transcript.Note($"{word}: {e.Seen}");
            Tell(new BoardFault(Name, word, e.Seen));
        }
    }

    private void Announce(TimeSpan took)
    {
        var info = (_party as SerialParty)?.Info;
        _options.Sink?.Write(new DeviceReady
        {
            Device = Name,
            Kind = Entry.Kind == DeviceKind.Host ? "host" : "serial",
            Driver = DriverWord(Entry),
            Board = info?.Board,
            Firmware = info is null ? null : "harness",
            Build = info?.Build,
            ClockHz = info?.ClockHz ?? 0,
            TickUnit = Entry.TickUnit,
            Provenance = Entry.Provenance,
            ReadyMs = took.TotalMilliseconds,
        });
    }

    internal static string DriverWord(DeviceEntry entry) => entry.Driver switch
    {
        BoardDriver.Tty => entry.Line,
        var driver => driver.Word(),
    };

    private EmulatedBoard Emulator(string method)
    {
        if (!IsEmulated)
        {
            throw new InconclusiveException($"{method} of {Name}", "an emulated board", $"driver {DriverWord(Entry)}");
        }

        return State is DeviceState.Bound or DeviceState.Active ? _connection!.Emulator! : throw Wrong(method, "bound or active");
    }

    private async ValueTask LetGoAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        (_party as IDisposable)?.Dispose();
        (_client, _connection, _party, _frozen) = (null, null, null, false);
    }

    private void Set(DeviceState state)
    {
        lock (_gate)
        {
            _state = _state == DeviceState.Disposed ? _state : state;
        }
    }

    private void Blame(string? seen)
    {
        lock (_gate)
        {
            _broke = seen;
        }
    }

    private LifecycleException Wrong(string method, string needed) =>
        new($"device \"{Name}\"", method, State.ToString().ToLowerInvariant(), needed);
}
