namespace Harness.Hardware.Gpio;

/// <summary>A GPIO line as output on System.Device.Gpio, for a relay or a transistor.</summary>
public sealed class GpioOutput : IDisposable
{
    private readonly GpioController _controller;
    private readonly int _line;

    private GpioOutput(GpioController controller, int line) => (_controller, _line) = (controller, line);

    /// <summary>Takes a line as output, at a level from the first moment on.</summary>
    /// <param name="chip">The chip, <c>/dev/gpiochipN</c>, or a link to it.</param>
    /// <param name="line">The line's offset on that chip, from 0.</param>
    /// <param name="high">The level.</param>
    /// <exception cref="HardwareException">No such chip or line, no permission, the line is in use, or libgpiod is not installed.</exception>
    public static GpioOutput Open(string chip, int line, bool high)
    {
        GpioNode.Check(chip, line);
        var device = GpioNode.Describe(chip, line);
        var controller = new GpioController(GpioInput.Driver(NodeNumber.Of(chip, "/dev/gpiochip"), device));
        try
        {
            controller.OpenPin(line, PinMode.Output, high ? PinValue.High : PinValue.Low);
            return new GpioOutput(controller, line);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            controller.Dispose();
            throw e as HardwareException ?? new HardwareException(HardwareFailure.Configuration, device, $"{device}: the request failed: {e.Message}.", GpioNode.InfoCommand(chip), e);
        }
    }

    /// <summary>Drives the line.</summary>
    public void Set(bool high) => _controller.Write(_line, high ? PinValue.High : PinValue.Low);

    /// <summary>Gives the line back; most chips keep its last level.</summary>
    public void Dispose() => _controller.Dispose();
}
