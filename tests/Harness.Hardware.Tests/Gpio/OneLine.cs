using System.Device.Gpio;

namespace Harness.Hardware.Tests.Gpio;

/// <summary>A driver for the package's GpioController that fails as libgpiod's do.</summary>
internal sealed class OneLine(int number) : GpioDriver
{
    public bool Gone { get; set; }

    public bool OutputOnly { get; init; }

    public PinMode Mode { get; private set; } = PinMode.Output;

    public int Opened { get; private set; }

    public int Disposed { get; private set; }

    protected override int PinCount => 1;

    protected override void OpenPin(int pinNumber)
    {
        Assert.That(pinNumber, Is.EqualTo(number));
        Opened++;
    }

    protected override void ClosePin(int pinNumber) => Opened--;

    protected override void SetPinMode(int pinNumber, PinMode mode) => Mode = mode;

    protected override PinMode GetPinMode(int pinNumber) => Mode;

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => !OutputOnly || mode == PinMode.Output;

    protected override PinValue Read(int pinNumber) => Gone ? throw new IOException("Error 19") : PinValue.High;

    protected override void Write(int pinNumber, PinValue value) => throw new NotSupportedException();

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => throw new NotSupportedException();

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => throw new NotSupportedException();

    protected override void Dispose(bool disposing) => Disposed++;
}
