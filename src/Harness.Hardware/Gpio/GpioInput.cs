using System.Device.Gpio.Drivers;

namespace Harness.Hardware.Gpio;

/// <summary>A GPIO line as input on System.Device.Gpio (4.2.0): a real one through libgpiod, version 2's interface first, or a model's.</summary>
/// <remarks>For levels, not for timing: the package's edges carry no time (dotnet/iot#1660); <see cref="LinuxGpioEdges"/> has them.</remarks>
public sealed class GpioInput : IDigitalInput
{
    private readonly GpioController _controller;
    private readonly string _device;
    private readonly int _line;
    private bool _disposed;

    private GpioInput(GpioController controller, string name, string device, int line) => (_controller, Name, _device, _line) = (controller, name, device, line);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Requests one line. The kernel keeps it for this process until the input is disposed.</summary>
    /// <param name="chip">The chip, <c>/dev/gpiochipN</c>, or a link to it.</param>
    /// <param name="line">The line's offset on that chip, from 0 (on a Raspberry Pi header: the BCM number).</param>
    /// <param name="name">The rig's name for the line; by default chip and line.</param>
    /// <exception cref="HardwareException">No such chip or line, no permission, the line is in use (by whom), or libgpiod is not installed.</exception>
    [DigitalInputDriver("gpio")]
    public static GpioInput Open(string chip, int line, string? name = null)
    {
        // The package says only "Error" where it cannot get the line.
        GpioNode.Check(chip, line);
        var device = GpioNode.Describe(chip, line);
        return On(Driver(NodeNumber.Of(chip, "/dev/gpiochip"), device), line, name ?? device, device, GpioNode.InfoCommand(chip));
    }

    /// <summary>Takes one line of a modelled chip.</summary>
    /// <param name="model">The chip; disposed with the input.</param>
    public static GpioInput On(GpioLineModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return On(model, GpioLineModel.Line, model.Name, model.Name, "./harness rig show");
    }

    /// <summary>Takes one line of a driver derived from the package's, and takes over its ownership.</summary>
    /// <exception cref="HardwareException">The controller cannot take the line as input.</exception>
    internal static GpioInput On(GpioDriver driver, int line, string name, string device, string next)
    {
        var controller = new GpioController(driver);
        try
        {
            controller.OpenPin(line, PinMode.Input);
            return new GpioInput(controller, name, device, line);
        }
        catch (Exception e)
        {
            controller.Dispose();
            if (e is IOException or InvalidOperationException)
            {
                throw e as HardwareException ?? new HardwareException(HardwareFailure.Configuration, device, $"{device}: the request failed: {e.Message}.", next, e);
            }

            throw;
        }
    }

    /// <summary>A controller of all lines of a chip, for a driver of the package that takes its own lines.</summary>
    /// <exception cref="HardwareException">libgpiod is not installed.</exception>
    internal static GpioController Controller(string chip) => new(Driver(NodeNumber.Of(chip, "/dev/gpiochip"), chip));

    /// <inheritdoc/>
    public bool Read()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            return _controller.Read(_line) == PinValue.High;
        }
        catch (IOException e) when (e is not HardwareException)
        {
            throw new HardwareException(HardwareFailure.Vanished, _device, $"{_device} ({Name}): cannot be read: {e.Message}; the chip is gone.", "gpiodetect", e);
        }
    }

    /// <summary>Releases the line.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _controller.Dispose();
        }
    }

    internal static GpioDriver Driver(int chip, string device)
    {
        try
        {
            return new LibGpiodV2Driver(chip);
        }
        catch (Exception e) when (Unavailable(e))
        {
            // libgpiod 2 (Debian 13) is not there; 1.x (Debian 12) may be.
        }

        try
        {
            return new LibGpiodDriver(chip);
        }
        catch (Exception e) when (Unavailable(e))
        {
            throw new HardwareException(
                HardwareFailure.Configuration, device, $"{device}: the package System.Device.Gpio needs libgpiod, which is not installed.", "sudo apt-get install gpiod", e);
        }
    }

    // The package's driver of libgpiod 2 wraps a missing library into an exception of its own.
    private static bool Unavailable(Exception e) =>
        e is PlatformNotSupportedException or DllNotFoundException or EntryPointNotFoundException || (e.InnerException is { } inner && Unavailable(inner));
}
