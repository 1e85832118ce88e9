using System.Globalization;
using Harness.Hardware;
using Harness.Record;
using Harness.Schemes;

namespace Harness.Bench;

/// <summary>One device of the rig on its way idle → bound → active. It owns its lock, emulator, line and party.</summary>
public sealed partial class BenchDevice : IAsyncDisposable
{
    private readonly RigFile _rig;
    private readonly TestBenchOptions _options;
    private readonly Func<string?> _scenario;
    private readonly Lock _gate = new();
    private DeviceState _state = DeviceState.Idle;
    private BoardConnection? _connection;
    private BenchClient? _client;
    private IParty? _party;
    private string? _broke;
    private bool _frozen;
    private bool _fresh;

    internal BenchDevice(RigFile rig, DeviceEntry entry, TestBenchOptions options, Func<string?> scenario)
    {
        (_rig, Entry, _options, _scenario) = (rig, entry, options, scenario);
        Transcript = new Transcript(options.Time);
        var patience = 2 * rig.Timeouts.Boot > LeastPatience ? 2 * rig.Timeouts.Boot : LeastPatience;
        _boots = new Outage(LeastFailedBoots, patience, options.Time);
        _scenarios = new Outage(LeastBrokenScenarios, patience, options.Time);
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

    /// <summary>Rate of its counter in Hz, by its own word; 0 while it is not active and where it has none.</summary>
    public long ClockHz => State == DeviceState.Active && _party is SerialParty board ? board.Info.ClockHz : 0;

    /// <summary>The device as a party with whatever it holds; who needs one for a scenario takes <see cref="TestBench.GetPartyAsync"/>, which wipes it first.</summary>
    /// <exception cref="LifecycleException">It is not active.</exception>
    internal IParty Party => State == DeviceState.Active ? _party! : throw Wrong(nameof(Party), "active (GetPartyAsync)");

    /// <summary>Its line, for harm on the wire.</summary>
    /// <exception cref="LifecycleException">Nothing is open.</exception>
    public FaultInjectingLink Line => State is DeviceState.Bound or DeviceState.Active && _connection is { } open
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
            catch (BoardException)
            {
                Set(DeviceState.Broken);
                throw;
            }
        }

        _fresh = true;
        Set(DeviceState.Active);
        Announce(_options.Time.GetElapsedTime(started));
    }

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
            ? $"picocom -b {Entry.Serial.Baud.ToString(CultureInfo.InvariantCulture)}{Picocom(Entry.Serial)} {ShellWord.Quote(Entry.Port!)}, then type: DEBUG on"
            : "make -C rigs/firmware",
        RigFile = _rig.Path,
        HasOwnReply = Entry.Reply is not null,
        OtherReaders = Entry.Driver == BoardDriver.Tty ? () => DeviceHolders.Others(Entry.Port!) : null,
    };

    private static string Picocom(SerialLineSettings serial) =>
        (serial.Parity switch { SerialParity.Even => " --parity e", SerialParity.Odd => " --parity o", _ => "" })
        + (serial.Flow switch { FlowControl.RtsCts => " --flow h", FlowControl.XonXoff => " --flow s", _ => "" });

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
