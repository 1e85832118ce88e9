namespace Harness.Bench.Rig;

/// <summary>The devices, sensors, lines and broker on the bench: a YAML file in <c>rigs/</c>, read strictly.</summary>
public sealed record RigFile
{
    /// <summary>Path of the file, as given.</summary>
    public required string Path { get; init; }

    /// <summary>The rig's name (<c>rig:</c>).</summary>
    public required string Name { get; init; }

    /// <summary>S, the server name of every handshake, 1 to 64 bytes of UTF-8.</summary>
    public required string Server { get; init; }

    /// <summary>Default scheme of a step, one of <see cref="SchemeNames"/>.</summary>
    public string Scheme { get; init; } = SchemeNames.MqttPresent;

    /// <summary>Default AugPAKE group of a device or a step.</summary>
    public required string Group { get; init; }

    /// <summary>Default AugPAKE profile of a step.</summary>
    public required string Profile { get; init; }

    /// <summary>PRESENT key size in bits, 80 or 128.</summary>
    public required int KeyBits { get; init; }

    /// <summary>The harness's time-outs.</summary>
    public required RigTimeouts Timeouts { get; init; }

    /// <summary>The broker.</summary>
    public required BrokerEntry Broker { get; init; }

    /// <summary>Devices by name, in the order of the file.</summary>
    public required IReadOnlyDictionary<string, DeviceEntry> Devices { get; init; }

    /// <summary>Device names by the roles that features use ("board", "second board", "host"); of a pool, the device that plays the role where one scenario runs at a time.</summary>
    public required IReadOnlyDictionary<string, string> Roles { get; init; }

    /// <summary>Devices of one kind by the role that each of them can play (<c>pool: [f405-a, f405-b]</c>); a scenario takes one that is free.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Pools { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Sensors by name.</summary>
    public required IReadOnlyDictionary<string, SensorEntry> Sensors { get; init; }

    /// <summary>GPIO lines by name.</summary>
    public required IReadOnlyDictionary<string, GpioEntry> Gpio { get; init; }

    /// <summary>Full paths of the assemblies of a lab's own (<c>plugins:</c>), in the order of the file; reading a rig loads none.</summary>
    public IReadOnlyList<string> Plugins { get; init; } = [];

    /// <summary>Places of the file that name a driver, for the error where no type declares it.</summary>
    public IReadOnlyDictionary<string, (long Line, long Column)> DriverPlaces { get; init; } = new Dictionary<string, (long, long)>();

    /// <summary>
    /// True if the file says <c>machine: physical</c>: the machine that the boards are connected to is no virtual one. Where the processor does not tell (arm64), numbers
    /// of real boards are of unknown provenance without it.
    /// </summary>
    public bool IsMachinePhysical { get; init; }

    /// <summary>True if a device is a real board, so that a scenario tagged <c>@hardware</c> can run.</summary>
    public bool HasHardware => Devices.Values.Any(d => d.Provenance.IsOfRealBoard());

    /// <summary>True if a device logs in by itself, so that a scenario tagged <c>@external</c> can run.</summary>
    public bool HasExternal => Devices.Values.Any(d => d.Kind == DeviceKind.External);

    /// <summary>True if an external device speaks TLS, so that a scenario tagged <c>@tls</c> can run.</summary>
    public bool HasTlsClient => Devices.Values.Any(d => d.SpeaksTls);

    /// <summary>True if a model stands for a chip of a binding, so that a scenario tagged <c>@modelled-sensors</c> can run.</summary>
    public bool HasModelledSensors => Sensors.Values.Any(s => s is { Binding: not null, IsModel: true });

    /// <summary>Reads a rig file: LF or CRLF, with or without byte order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plugins">Full paths of assemblies that the command line names beside those of the file.</param>
    /// <exception cref="RigFileException">The file is missing, unreadable, or invalid.</exception>
    public static RigFile Load(string path, IReadOnlyList<string>? plugins = null) => RigReader.Load(path, plugins);

    /// <summary>Reads a rig from text; <paramref name="path"/> is named in errors, and paths inside are relative to its folder.</summary>
    /// <exception cref="RigFileException">The text is invalid.</exception>
    public static RigFile Parse(string text, string path) => RigReader.Parse(text, path);

    /// <summary>Finds a device by its name or its role.</summary>
    /// <returns>The device, or null where the rig has neither.</returns>
    public DeviceEntry? Find(string nameOrRole) =>
        Devices.TryGetValue(nameOrRole, out var device) ? device
        : Roles.TryGetValue(nameOrRole, out var name) ? Devices[name] : null;

    /// <summary>Gets the roles that a device can play, by itself or in a pool.</summary>
    public IEnumerable<string> RolesOf(string device) => Roles.Keys.Where(role => Pools.TryGetValue(role, out var pool) ? pool.Contains(device) : Roles[role] == device);

    /// <summary>Gets this rig with roles given to devices that the caller chose, also for roles that the file does not have.</summary>
    /// <param name="chosen">Device names by role.</param>
    public RigFile WithRoles(IReadOnlyDictionary<string, string> chosen) => chosen.Count == 0 ? this : this with
    {
        Roles = Roles.Where(role => !chosen.ContainsKey(role.Key)).Concat(chosen).ToDictionary(),
        Pools = Pools.Where(pool => !chosen.ContainsKey(pool.Key)).ToDictionary(),
    };

    /// <summary>Gets the group of a device: its own, or the rig's.</summary>
    public string GroupOf(DeviceEntry device) => device.Group ?? Group;

    /// <summary>Gets the reply time-out of a device: its own, or the rig's.</summary>
    public TimeSpan ReplyOf(DeviceEntry device) => device.Reply ?? Timeouts.Reply;
}

/// <summary>The harness's time-outs.</summary>
/// <param name="Handshake">Time from CONNECT to CONNACK, where no device of a scenario has its own.</param>
/// <param name="Reply">Time of one reply of a board, before the line is sent again.</param>
/// <param name="Boot">Time from power-on until <c>ID</c> answers.</param>
public sealed record RigTimeouts(TimeSpan Handshake, TimeSpan Reply, TimeSpan Boot);

/// <summary>The broker of the rig.</summary>
/// <param name="Address">The address it listens on.</param>
/// <param name="Port">TCP port; 0 takes a free one.</param>
/// <param name="Kind"><c>embedded</c> or <c>mqttnet</c>; both run in this process.</param>
/// <param name="TapPort">TCP port of the tap on the broker's address, for a device that a person starts; 0 takes a free one on the loopback address.</param>
public sealed record BrokerEntry(IPAddress Address, int Port, string Kind = "embedded", int TapPort = 0)
{
    /// <summary>The settings of a broker that is a program of its own, without its password.</summary>
    public BrokerSetup Setup { get; init; } = new();

    /// <summary>User name for <c>rights: password</c>, and at an external broker; null for none.</summary>
    public string? User { get; init; }

    /// <summary>Full path of the file whose first line is the password, which nobody else may read; null for none.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The keys of <see cref="Setup"/> that the file has: a driver that does not read one refuses it.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The settings as the broker's driver gets them, with the password.</summary>
    /// <exception cref="RigFileException">The password file is not there, others may read it, or it is empty.</exception>
    public BrokerSetup WithPassword(RigFile rig, string? logFolder)
    {
        ArgumentNullException.ThrowIfNull(rig);
        return Setup with { LogFolder = logFolder, Login = User is null ? null : new BrokerLogin(User, Password(rig)) };
    }

    private byte[] Password(RigFile rig)
    {
        try
        {
            return SecretFile.ReadLine(PasswordFile!);
        }
        catch (FormatException e)
        {
            var place = rig.DriverPlaces.GetValueOrDefault(Kind);
            throw RigSection.Error(rig.Path, place.Line, place.Column, $"password_file of broker: {e.Message}", e);
        }
    }
}

/// <summary>The kind of a device.</summary>
public enum DeviceKind
{
    /// <summary>A party in this process.</summary>
    Host,

    /// <summary>A board, real or emulated, that speaks the bench protocol.</summary>
    Serial,

    /// <summary>The user's own device: it logs in to the broker by itself and is judged from broker and tap.</summary>
    External,
}

/// <summary>The driver of a board's line.</summary>
public enum BoardDriver
{
    /// <summary>No board: the device is in this process.</summary>
    None,

    /// <summary>This machine runs the board: <see cref="DeviceEntry.Emulator"/>.</summary>
    Emulator,

    /// <summary>A serial terminal: a real board.</summary>
    Tty,
}

/// <summary>One device of the rig.</summary>
public sealed record DeviceEntry
{
    /// <summary>The device's name in the rig; also its MQTT ClientId, unless <see cref="Client"/> gives another.</summary>
    public required string Name { get; init; }

    /// <summary>The kind: in this process, behind a serial line, or external.</summary>
    public required DeviceKind Kind { get; init; }

    /// <summary>The driver of the board's line.</summary>
    public required BoardDriver Driver { get; init; }

    /// <summary>The emulator that runs the board on this machine; null where <see cref="Driver"/> is another.</summary>
    public EmulatorDriver? Emulator { get; init; }

    /// <summary>Full path of the firmware image; null if none is given.</summary>
    public string? Elf { get; init; }

    /// <summary>Full path of the test firmware (<c>test=1</c>); null if none is given.</summary>
    public string? TestElf { get; init; }

    /// <summary>Device node of a real board, for example <c>/dev/serial/by-id/...</c>; null elsewhere.</summary>
    public string? Port { get; init; }

    /// <summary>Name of the driver that opens a real board's line: <c>tty</c> or <c>serialport</c>.</summary>
    public string Line { get; init; } = "tty";

    /// <summary>Baud rate, parity and flow control of a real board's line.</summary>
    public SerialLineSettings Serial { get; init; } = new();

    /// <summary>Unit of one tick of <c>t=</c>: <c>cycles</c>, <c>instructions</c>, <c>ns</c>, <c>us</c> or <c>ticks</c>.</summary>
    public required string TickUnit { get; init; }

    /// <summary>Provenance of the device's numbers.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The device's own reply time-out; null takes the rig's <see cref="RigTimeouts.Reply"/>.</summary>
    public TimeSpan? Reply { get; init; }

    /// <summary>The device's own limit of a login; null takes the rig's <see cref="RigTimeouts.Handshake"/>.</summary>
    public TimeSpan? Handshake { get; init; }

    /// <summary>True if the emulator reports the edges of the trigger pin: always on simavr, on QEMU if the rig asks for it.</summary>
    public bool Edges { get; init; }

    /// <summary>Name of this machine's GPIO line that the trigger pin is wired to; null for none.</summary>
    public string? Trigger { get; init; }

    /// <summary>The switch of its supply or reset; null for none, and for emulated boards, whose power is that of their process.</summary>
    public PowerEntry? Power { get; init; }

    /// <summary>Serial number of the debug probe that flashes it; null where any does.</summary>
    public string? Probe { get; init; }

    /// <summary>Identity of its chip as the flashing tool reads it, in hexadecimal digits; null where the image's name tells it.</summary>
    public string? Chip { get; init; }

    /// <summary>Name of the sensor in the supply of the board, or of this machine for a device in this process: an INA219 or INA260; null for none.</summary>
    public string? Supply { get; init; }

    /// <summary>The device's own AugPAKE group; null takes the rig's.</summary>
    public string? Group { get; init; }

    /// <summary>ClientId of an external device; null for other devices, whose ClientId is their name.</summary>
    public string? Client { get; init; }

    /// <summary>Shell command that starts an external device, run in the rig file's folder; null if a person starts it.</summary>
    public string? Start { get; init; }

    /// <summary>Full path of the account file (<c>./harness enroll</c>) of an external device; null lets the scenario make an account up.</summary>
    public string? Account { get; init; }

    /// <summary>Schemes of an external device, from <see cref="Harness.Schemes.SchemeNames"/>; empty for other devices, which report theirs.</summary>
    public IReadOnlyList<string> Schemes { get; init; } = [];

    /// <summary>True if an external device publishes on command, by lines on its standard input (<see cref="ExternalDevice.PublishAsync"/>).</summary>
    public bool PublishesOnCommand { get; init; }

    /// <summary>True if an external device logs in by TLS where it is told an authority (<see cref="DeviceTls"/>).</summary>
    public bool SpeaksTls { get; init; }
}

/// <summary>A sensor of the rig.</summary>
public sealed record SensorEntry
{
    /// <summary>The sensor's name in the rig.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// <c>bme280</c>, <c>climate</c> (another climate sensor, by a driver of its own), <c>digital-input</c>, or <c>sensor</c> (<see cref="Binding"/>).
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>True where it measures temperature, humidity and pressure.</summary>
    public bool IsClimate => Kind is "bme280" or "climate";

    /// <summary>True for a sensor of a lab's own, whose driver a plugin declares.</summary>
    public bool IsOwn => Kind == "sensor" && Binding is null;

    /// <summary>The word that steps call it by beside its name: the chip, the kind, or the driver of a lab's own.</summary>
    public string Word => Binding?.Name ?? (IsOwn ? Driver : Kind);

    /// <summary>True where it reads quantities, and is no digital input.</summary>
    public bool HasQuantities => IsClimate || Kind == "sensor";

    /// <summary><c>model</c>; <c>i2c</c> for a BME280, <c>gpio</c> for an input; for a binding the kind of its line.</summary>
    public required string Driver { get; init; }

    /// <summary>The device of Iot.Device.Bindings of a <c>kind: sensor</c>; null for other kinds.</summary>
    public Binding? Binding { get; init; }

    /// <summary>True where a model stands for the chip.</summary>
    public bool IsModel => Driver == "model";

    /// <summary>Device node of the I2C bus; null if the driver uses none.</summary>
    public string? Bus { get; init; }

    /// <summary>7-bit I2C address, 0x76 or 0x77 for a BME280.</summary>
    public int Address { get; init; } = 0x76;

    /// <summary>Name of the GPIO line; null if the driver uses none.</summary>
    public string? Gpio { get; init; }

    /// <summary>SPI device of a binding, <c>/dev/spidevB.C</c>.</summary>
    public string? Spi { get; init; }

    /// <summary>1-wire device of a binding.</summary>
    public string? OneWire { get; init; }

    /// <summary>1-wire bus of a binding.</summary>
    public string? OneWireBus { get; init; }

    /// <summary>PWM channel of a binding, <c>pwmchipC/pwmN</c>.</summary>
    public string? Pwm { get; init; }

    /// <summary>Names of GPIO lines by the binding's words for its pins.</summary>
    public IReadOnlyDictionary<string, string> Pins { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings of a binding.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The place of a binding on the rig's lines.</summary>
    public SensorPlace PlaceOn(RigFile rig) => new()
    {
        Bus = Bus, Address = Address, Spi = Spi, OneWire = OneWire, OneWireBus = OneWireBus ?? "w1_bus_master1", Pwm = Pwm,
        Pins = Pins.ToDictionary(p => p.Key, p => (rig.Gpio[p.Value].Chip, rig.Gpio[p.Value].Line)),
    };

    /// <summary>Writes the place for people: bus and address, line, or that it is a model.</summary>
    public string Place(RigFile rig) =>
        IsModel ? "model in this process"
        : Bus is not null ? $"I2C {Bus}, 0x{Address:x2}"
        : Gpio is { } line ? $"GPIO {rig.Gpio[line].Chip}, line {rig.Gpio[line].Line}"
        : Binding is not null ? PlaceOn(rig).ToString()
        : "the driver's own";
}

/// <summary>One GPIO line.</summary>
/// <param name="Name">The line's name in the rig.</param>
/// <param name="Chip">Device node of the chip, for example <c>/dev/gpiochip0</c>.</param>
/// <param name="Line">Offset of the line on the chip.</param>
public sealed record GpioEntry(string Name, string Chip, int Line);
