using Harness.Hardware;
using Harness.Hardware.Gpio;
using Harness.Hardware.Sensors;
using Harness.Mqtt;

namespace Harness.Bench;

/// <summary>
/// The drivers that a rig file may name. The bench knows its own; the composition root adds those of other projects. An unknown driver is
/// refused before anything is opened.
/// </summary>
public sealed class BenchDrivers
{
    /// <summary>Opens a line from its device node and its rate, parity and flow control.</summary>
    public delegate ILink OpenLine(string port, SerialLineSettings settings);

    /// <summary>Opens a climate sensor from the bus's device node, the 7-bit address and the clock.</summary>
    public delegate IClimateSensor OpenClimate(string bus, int address, TimeProvider time);

    /// <summary>Opens a digital input from the chip's device node, the line's offset and the name in the rig.</summary>
    public delegate IDigitalInput OpenInput(string chip, int line, string name);

    private readonly Dictionary<string, OpenLine> _lines = [];
    private readonly Dictionary<string, OpenClimate> _climate = [];
    private readonly Dictionary<string, OpenInput> _inputs = [];
    private readonly Dictionary<string, StartMqttBroker> _brokers = [];

    /// <summary>Creates the built-in drivers alone.</summary>
    public BenchDrivers()
    {
        _lines["tty"] = TtyLink.Open;
        _lines["serialport"] = SerialPortLink.Open;
        _climate["i2c"] = Bme280Sensor.Open;
        _inputs["gpio"] = GpioInput.Open;
        _brokers["embedded"] = async (options, token) => await MqttBroker.StartAsync(options, token).ConfigureAwait(false);
    }

    /// <summary>Adds a broker kind.</summary>
    public BenchDrivers AddBroker(string name, StartMqttBroker start) => With(() => _brokers.Add(name, start));

    /// <summary>Gets the driver of a board's line: <c>tty</c> or <c>serialport</c>.</summary>
    /// <exception cref="RigFileException">No such driver was added.</exception>
    public OpenLine Line(RigFile rig, string name) => Find(_lines, rig, name);

    /// <summary>Gets the driver of a climate sensor: <c>i2c</c>.</summary>
    /// <exception cref="RigFileException">No such driver was added.</exception>
    public OpenClimate Climate(RigFile rig, string name) => Find(_climate, rig, name);

    /// <summary>Gets the driver of a digital input: <c>gpio</c>.</summary>
    /// <exception cref="RigFileException">No such driver was added.</exception>
    public OpenInput Input(RigFile rig, string name) => Find(_inputs, rig, name);

    /// <summary>Gets the function that starts the rig's broker.</summary>
    /// <exception cref="RigFileException">No such broker was added.</exception>
    public StartMqttBroker Broker(RigFile rig) => Find(_brokers, rig, rig.Broker.Kind);

    /// <summary>Refuses a rig that names a driver which this build does not have.</summary>
    /// <exception cref="RigFileException">The driver was not added; names the place in the file and the next command.</exception>
    public void Check(RigFile rig)
    {
        _ = Broker(rig);
        foreach (var device in rig.Devices.Values.Where(d => d.Driver == BoardDriver.Tty))
        {
            _ = Line(rig, device.Line);
        }

        foreach (var sensor in rig.Sensors.Values.Where(s => s.Driver != "model"))
        {
            _ = sensor.Kind == "bme280" ? (object)Climate(rig, sensor.Driver) : Input(rig, sensor.Driver);
        }
    }

    private static T Find<T>(Dictionary<string, T> known, RigFile rig, string name)
    {
        if (known.TryGetValue(name, out var found))
        {
            return found;
        }

        var place = rig.DriverPlaces.GetValueOrDefault(name);
        throw RigSection.Error(rig.Path, place.Line, place.Column, $"no driver \"{name}\" here; there are {string.Join(", ", known.Keys)}");
    }

    private BenchDrivers With(Action add)
    {
        add();
        return this;
    }
}
