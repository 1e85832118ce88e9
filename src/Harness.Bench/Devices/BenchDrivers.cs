using Harness.Bench.Measuring;

namespace Harness.Bench.Devices;

/// <summary>
/// The drivers that a rig file may name, and the operations that can be measured: those of the bench, of the rooms below it and of the assemblies that the
/// composition root adds. Each declares its name by an attribute. A name that nobody declares is refused before anything is opened.
/// </summary>
public sealed class BenchDrivers
{
    /// <summary>Opens a line: device node, and its rate, parity and flow control.</summary>
    public delegate ILink OpenLine(string port, SerialLineSettings settings);

    /// <summary>Opens a climate sensor: device node of the bus, 7-bit address, clock.</summary>
    public delegate IClimateSensor OpenClimate(string bus, int address, TimeProvider time);

    /// <summary>Opens a sensor of a lab's own: name in the rig, device node of the bus, 7-bit address, settings, clock.</summary>
    public delegate ISensor OpenSensor(string name, string bus, int address, IReadOnlyDictionary<string, string> settings, TimeProvider time);

    /// <summary>Opens a digital input: device node of the chip, line, name in the rig.</summary>
    public delegate IDigitalInput OpenInput(string chip, int line, string name);

    private readonly SortedDictionary<string, OpenLine> _lines;
    private readonly SortedDictionary<string, OpenClimate> _climate;
    private readonly SortedDictionary<string, OpenSensor> _sensors;
    private readonly SortedDictionary<string, OpenInput> _inputs;
    private readonly SortedDictionary<string, StartMqttBroker> _brokers;

    /// <summary>The drivers of the rooms below the bench, and those of other assemblies.</summary>
    /// <param name="others">Assemblies of other rooms, or of a lab's own.</param>
    /// <exception cref="DeclarationException">Two declare one name, or a method has another shape than its attribute asks for.</exception>
    public BenchDrivers(params IEnumerable<Assembly> others)
    {
        Assembly[] assemblies = [typeof(ILink).Assembly, typeof(IMqttBroker).Assembly, typeof(BenchDrivers).Assembly, .. others];
        _lines = Declared<LinkDriverAttribute, OpenLine>(assemblies, a => a.Name);
        _climate = Declared<ClimateSensorDriverAttribute, OpenClimate>(assemblies, a => a.Name);
        _sensors = Declared<SensorDriverAttribute, OpenSensor>(assemblies, a => a.Name);
        _inputs = Declared<DigitalInputDriverAttribute, OpenInput>(assemblies, a => a.Name);
        _brokers = Declared<BrokerDriverAttribute, StartMqttBroker>(assemblies, a => a.Name);
        Operations = new(assemblies);
        Refuse(EmulatorDrivers.Names, _lines, "emulator");
        Refuse(["model"], _climate, "model");
        Refuse(["model"], _inputs, "model");
        Refuse(RigSensors.BuiltInDrivers, _sensors, "driver of sensors");
    }

    /// <summary>The drivers of the rooms below the bench alone.</summary>
    public static BenchDrivers BuiltIn { get; } = new();

    /// <summary>The operations that can be measured.</summary>
    public DeclaredOperations Operations { get; }

    /// <summary>The names of drivers of a board's line, in alphabetical order.</summary>
    public IReadOnlyCollection<string> Lines => _lines.Keys;

    /// <summary>The names of drivers of a climate sensor.</summary>
    public IReadOnlyCollection<string> ClimateSensors => _climate.Keys;

    /// <summary>The names of drivers of a digital input.</summary>
    public IReadOnlyCollection<string> DigitalInputs => _inputs.Keys;

    /// <summary>The driver of a board's line; <c>tty</c> or <c>serialport</c>.</summary>
    /// <exception cref="RigFileException">Nobody declares it.</exception>
    public OpenLine Line(RigFile rig, string name) => Find(_lines, rig, name);

    /// <summary>The driver of a climate sensor; <c>i2c</c>.</summary>
    /// <exception cref="RigFileException">Nobody declares it.</exception>
    public OpenClimate Climate(RigFile rig, string name) => Find(_climate, rig, name);

    /// <summary>The driver of a sensor of a lab's own.</summary>
    /// <exception cref="RigFileException">Nobody declares it.</exception>
    public OpenSensor Sensor(RigFile rig, string name) => Find(_sensors, rig, name);

    /// <summary>The driver of a digital input; <c>gpio</c>.</summary>
    /// <exception cref="RigFileException">Nobody declares it.</exception>
    public OpenInput Input(RigFile rig, string name) => Find(_inputs, rig, name);

    /// <summary>Starts the rig's broker with the settings that the rig has for it.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="logFolder">The folder for the log of a broker that is a program of its own; null keeps none.</param>
    /// <exception cref="RigFileException">Nobody declares it.</exception>
    public StartMqttBroker Broker(RigFile rig, string? logFolder = null)
    {
        var start = DeclaredBroker(rig);
        return (options, cancellationToken) => start(options with { Setup = rig.Broker.WithPassword(rig, logFolder) }, cancellationToken);
    }

    /// <summary>The driver of the rig's broker as it is declared.</summary>
    /// <exception cref="RigFileException">Nobody declares it.</exception>
    public StartMqttBroker DeclaredBroker(RigFile rig)
    {
        ArgumentNullException.ThrowIfNull(rig);
        return Find(_brokers, rig, rig.Broker.Kind);
    }

    /// <summary>The declaration of the driver of the rig's broker.</summary>
    /// <exception cref="RigFileException">Nobody declares it.</exception>
    public BrokerDriverAttribute BrokerDriver(RigFile rig) => DeclaredBroker(rig).Method.GetCustomAttribute<BrokerDriverAttribute>()!;

    // Rights that nobody sets up, and a user whom nobody asks for a password, would show at the first run only: as a broken rig, or not at all.
    private static void CheckRights(RigFile rig, BrokerDriverAttribute broker)
    {
        if (!rig.Broker.Settings.Contains("rights") && !broker.Settings.Split(' ').Contains("rights"))
        {
            return;
        }

        var rights = rig.Broker.Setup.Rights switch { BrokerRights.Password => "password", BrokerRights.Acl => "acl", BrokerRights.DynamicSecurity => "dynamic-security", _ => "open" };
        var wrong = broker.Rights.Length > 0 && !broker.Rights.Split(' ').Contains(rights) ? $"rights: {rights} does not go with kind: {broker.Name} in broker, which sets up {broker.Rights.Replace(" ", ", ", StringComparison.Ordinal)}"
            : rig.Broker.User is not null && rights != "password" ? $"user and password_file of broker go with rights: password, but rights is {rights}"
            : null;
        if (wrong is not null)
        {
            var place = rig.DriverPlaces.GetValueOrDefault(broker.Name);
            throw RigSection.Error(rig.Path, place.Line, place.Column, wrong);
        }
    }

    /// <summary>Refuses a rig that names a driver which nobody declares.</summary>
    /// <exception cref="RigFileException">Nobody declares it; with the place in the file and what to type.</exception>
    public void Check(RigFile rig)
    {
        var broker = BrokerDriver(rig);
        if (rig.Broker.Settings.FirstOrDefault(key => !broker.Settings.Split(' ').Contains(key)) is { } unread)
        {
            var place = rig.DriverPlaces.GetValueOrDefault(broker.Name);
            throw RigSection.Error(rig.Path, place.Line, place.Column, $"key \"{unread}\" does not go with kind: {broker.Name} in broker{(broker.Settings.Length == 0 ? "" : $", which reads {broker.Settings.Replace(" ", ", ", StringComparison.Ordinal)}")}");
        }

        CheckRights(rig, broker);
        foreach (var device in rig.Devices.Values.Where(d => d.Driver == BoardDriver.Tty))
        {
            _ = Line(rig, device.Line);
        }

        foreach (var sensor in rig.Sensors.Values.Where(s => !s.IsModel && s.Binding is null))
        {
            _ = sensor.IsClimate ? (object)Climate(rig, sensor.Driver) : sensor.IsOwn ? Sensor(rig, sensor.Driver) : Input(rig, sensor.Driver);
        }
    }

    private static SortedDictionary<string, TDelegate> Declared<TAttribute, TDelegate>(IEnumerable<Assembly> assemblies, Func<TAttribute, string> name)
        where TAttribute : Attribute
        where TDelegate : Delegate
    {
        var found = new SortedDictionary<string, TDelegate>(StringComparer.Ordinal);
        foreach (var (word, declared) in DeclaredNames.Methods(assemblies, name))
        {
            found.Add(word, DeclaredNames.Bind<TDelegate>(declared.Member));
        }

        return found;
    }

    private static void Refuse<T>(IEnumerable<string> taken, SortedDictionary<string, T> declared, string by)
        where T : Delegate
    {
        foreach (var word in taken.Where(declared.ContainsKey))
        {
            var method = declared[word].Method;
            throw new DeclarationException(
                $"the driver name \"{word}\" is that of a built-in {by}: {method.DeclaringType?.FullName}.{method.Name} must take another", [method.Module.Assembly]);
        }
    }

    private static T Find<T>(SortedDictionary<string, T> known, RigFile rig, string name)
    {
        if (known.TryGetValue(name, out var found))
        {
            return found;
        }

        var place = rig.DriverPlaces.GetValueOrDefault(name);
        throw RigSection.Error(
            rig.Path, place.Line, place.Column, $"no driver \"{name}\" here; there {(known.Count == 0 ? "is none: a plugin declares them" : $"are {string.Join(", ", known.Keys)}")}{NearestWord.Hint(name, known.Keys)}");
    }
}
