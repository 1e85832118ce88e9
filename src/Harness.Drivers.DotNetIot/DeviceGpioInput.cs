using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Globalization;
using Harness.Hardware;

namespace Harness.Drivers.DotNetIot;

/// <summary>A GPIO line as input on System.Device.Gpio (4.2.0) and libgpiod, version 2's interface first.</summary>
/// <remarks>For levels, not for timing: the package's edges carry no time (dotnet/iot#1660). <see cref="LinuxGpioInput"/> needs no libgpiod.</remarks>
public sealed class DeviceGpioInput : IDigitalInput
{
    private readonly GpioController _controller;
    private readonly string _device;
    private readonly int _line;
    private bool _disposed;

    private DeviceGpioInput(GpioController controller, string name, string device, int line) => (_controller, Name, _device, _line) = (controller, name, device, line);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Requests one line.</summary>
    /// <param name="chip">The chip, <c>/dev/gpiochipN</c>.</param>
    /// <param name="line">The line's offset on that chip, from 0.</param>
    /// <param name="name">What the rig calls it; by default chip and line.</param>
    /// <exception cref="HardwareException">No such chip or line, no permission, the line is in use, or libgpiod is not installed.</exception>
    public static DeviceGpioInput Open(string chip, int line, string? name = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(chip);
        ArgumentOutOfRangeException.ThrowIfNegative(line);
        var number = NodeNumber.Of(chip, "/dev/gpiochip");
        var device = string.Create(CultureInfo.InvariantCulture, $"{chip} line {line}");

        // The built-in driver says what is wrong with chip or line, and what to type; the package says "Error".
        using (LinuxGpioInput.Open(chip, line, name))
        {
        }

        return On(Driver(number, device), line, name ?? device, device, $"gpioinfo gpiochip{number}");
    }

    /// <summary>The package's controller on a driver of its kind, which it takes over.</summary>
    internal static DeviceGpioInput On(GpioDriver driver, int line, string name, string device, string next)
    {
        var controller = new GpioController(driver);
        try
        {
            controller.OpenPin(line, PinMode.Input);
            return new DeviceGpioInput(controller, name, device, line);
        }
        catch (Exception e)
        {
            controller.Dispose();
            if (e is IOException or InvalidOperationException)
            {
                throw new HardwareException(HardwareFailure.Configuration, device, $"{device}: the request failed: {e.Message}.", next, e);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public bool Read()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            return _controller.Read(_line) == PinValue.High;
        }
        catch (IOException e)
        {
            throw new HardwareException(HardwareFailure.Vanished, _device, $"{_device} ({Name}): cannot be read: {e.Message}; the chip is gone.", "gpiodetect", e);
        }
    }

    /// <summary>Gives the line back.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _controller.Dispose();
        }
    }

    private static GpioDriver Driver(int chip, string device)
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
                HardwareFailure.Configuration, device, $"{device}: the package System.Device.Gpio needs libgpiod, which is not installed.",
                "sudo apt-get install libgpiod3 || sudo apt-get install libgpiod2", e);
        }
    }

    // The package's driver of libgpiod 2 wraps a missing library into an exception of its own.
    private static bool Unavailable(Exception e) =>
        e is PlatformNotSupportedException or DllNotFoundException or EntryPointNotFoundException || (e.InnerException is { } inner && Unavailable(inner));
}
