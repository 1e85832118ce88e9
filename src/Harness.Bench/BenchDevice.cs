namespace Harness.Bench;

/// <summary>A device of the rig with its state (idle → bound → active). It owns its lock, emulator, line and party.</summary>
public sealed partial class BenchDevice : IAsyncDisposable
{
    private readonly RigFile _rig;
    private readonly TestBenchOptions _options;
    private volatile string? _scenario;
    private readonly Lock _gate = new();
    private DeviceState _state = DeviceState.Idle;
    private BoardConnection? _connection;
    private BenchClient? _client;
    private IParty? _party;
    private string? _broke;
    private bool _frozen;
    private bool _isJustBooted;

    internal BenchDevice(RigFile rig, DeviceEntry entry, TestBenchOptions options)
    {
        (_rig, Entry, _options) = (rig, entry, options);
        Transcript = new Transcript(options.Time);
        var limit = 2 * rig.Timeouts.Boot > MinimumOutageLimit ? 2 * rig.Timeouts.Boot : MinimumOutageLimit;
        _boots = new Outage(MinimumFailedBoots, limit, options.Time);
        _scenarios = new Outage(MinimumBrokenScenarios, limit, options.Time);
    }

    /// <summary>The device's name in the rig.</summary>
    public string Name => Entry.Name;

    /// <summary>The device's entry in the rig file.</summary>
    public DeviceEntry Entry { get; }

    /// <summary>The device's state. An emulator that ended shows as broken at once.</summary>
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

    /// <summary>True if the board runs in an emulator.</summary>
    public bool IsEmulated => Entry.Driver == BoardDriver.Emulator;

    /// <summary>
    /// The edges of the board's trigger pin, where an emulator reports them (<see cref="DeviceEntry.Edges"/>); null elsewhere and while nothing is
    /// open.
    /// </summary>
    public TriggerEdges? TriggerEdges => _connection?.Emulator?.Edges;

    /// <summary>True if the device came up and was wiped in this scenario.</summary>
    public bool WasUsed => _isJustBooted;

    /// <summary>The part of the device (line, board or boot) that broke in this scenario; null if none did.</summary>
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

    /// <summary>The transcript of the device's line in this scenario.</summary>
    public Transcript Transcript { get; }

    /// <summary>Rate of the board's counter in Hz, as its <c>ID</c> reports it; 0 while the device is not active and where it has no counter.</summary>
    public long ClockHz => State == DeviceState.Active && _party is SerialParty board ? board.Info.ClockHz : 0;

    /// <summary>The device as a party, with whatever state it holds. For a scenario use <see cref="TestBench.GetPartyAsync"/>, which wipes it first.</summary>
    /// <exception cref="LifecycleException">The device is not active.</exception>
    internal IParty Party => State == DeviceState.Active ? _party! : throw Wrong(nameof(Party), "active (GetPartyAsync)");

    /// <summary>The device's line, for fault injection.</summary>
    /// <exception cref="LifecycleException">The line is not open.</exception>
    public FaultInjectingLink Line => State is DeviceState.Bound or DeviceState.Active && _connection is { } open
        ? open.Line : throw Wrong(nameof(Line), "bound or active, and a serial device");

    /// <summary>Process id of the device's emulator; null where it has none.</summary>
    public int? EmulatorProcessId => _connection?.Emulator?.ProcessId;

    /// <summary>Tells how the device's emulator ended, in its words; null where there is none, or it runs.</summary>
    public async ValueTask<string?> WhyEndedAsync() => _connection?.Emulator is { } emulator ? await emulator.LastWordsAsync().ConfigureAwait(false) : null;

    /// <summary>Takes the lock, starts the emulator and opens the line.</summary>
    /// <exception cref="LifecycleException">The device is not idle.</exception>
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
            await CloseAsync().ConfigureAwait(false);
            if (RigErrors.TryFrom(Name, "boot", e) is { } rig)
            {
                throw rig;
            }

            throw;
        }
    }

    /// <summary>Waits until the device answers, and seeds it.</summary>
    /// <exception cref="LifecycleException">The device is not bound.</exception>
    /// <exception cref="RigErrorException">The device does not come up.</exception>
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
                var board = await SerialParty.ConnectAsync(Name, _client, MarkBroken, _options.Time, cancellationToken).ConfigureAwait(false);
                RefuseTestBuild(board.Info);
                _party = board;
            }
            catch (BoardException)
            {
                Set(DeviceState.Broken);
                throw;
            }
        }

        _isJustBooted = true;
        Set(DeviceState.Active);
        Announce(_options.Time.GetElapsedTime(started));
    }

    /// <summary>Releases lock, emulator and line; the device is idle again.</summary>
    public async ValueTask ReleaseAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        Set(DeviceState.Idle);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Set(DeviceState.Disposed);
        await CloseAsync().ConfigureAwait(false);
        Transcript.Dispose();
    }

    /// <summary>Throws for test firmware: it takes injected scalars and keys, so it proves nothing about security and runs known answers only.</summary>
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
        OnFault = RecordFault,
        NextCommand = Entry.Driver == BoardDriver.Tty
            ? $"picocom -b {Entry.Serial.Baud.ToString(CultureInfo.InvariantCulture)}{Picocom(Entry.Serial)} {ShellWord.Quote(Entry.Port!)}, then type: DEBUG on"
            : "make -C rigs/firmware",
        RigFile = _rig.Path,
        HasOwnReply = Entry.Reply is not null,
        WhyEnded = WhyEndedAsync,
        OtherReaders = Entry.Driver == BoardDriver.Tty ? () => DeviceHolders.Others(Entry.Port!) : null,
    };

    private static string Picocom(SerialLineSettings serial) =>
        (serial.Parity switch { SerialParity.Even => " --parity e", SerialParity.Odd => " --parity o", _ => "" })
        + (serial.Flow switch { FlowControl.RtsCts => " --flow h", FlowControl.XonXoff => " --flow s", _ => "" });

    private void RecordFault(BoardFault fault) => _options.Sink?.Write(new FaultSeen
    {
        Scenario = _scenario, Device = fault.Board, Fault = fault.Fault, Detail = fault.Detail,
    });

    /// <summary>Records that the line or the board broke. A fault that the client did not report itself is reported here, so that the record has it.</summary>
    private void MarkBroken(BoardException e)
    {
        Set(DeviceState.Broken);
        RecordSuspect(e.Seen);
        if (e is BoardVanishedException or BoardRestartedException)
        {
            var word = e is BoardVanishedException ? "vanished" : "restarted";
            Transcript.Note($"{word}: {e.Seen}");
            RecordFault(new BoardFault(Name, word, e.Seen));
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
        BoardDriver.Emulator => entry.Emulator!.Name,
        _ => "in-process",
    };

    private async ValueTask CloseAsync()
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

    private void RecordSuspect(string? seen)
    {
        lock (_gate)
        {
            _broke = seen;
        }
    }

    private LifecycleException Wrong(string method, string needed) =>
        new($"device \"{Name}\"", method, State.ToString().ToLowerInvariant(), needed);
}
